import { Worker } from 'node:worker_threads'
import type { HashAnswer, HashRequest } from './hash-thread.ts'

/** SHA-256 of files, or MD5, in a thread that starts with the first of them, in turns by user (hash-thread.ts). */
export class Hasher {
  readonly #pending = new Map<number, { resolve(hash: string): void; reject(error: Error): void }>()
  #thread: Worker | undefined
  #calls = 0

  /** @param user whose file it is: the large files of one keep none of another waiting. Without it, the server's own. */
  hash(path: string, algorithm: HashRequest['algorithm'] = 'sha256', user = ''): Promise<string> {
    const thread = this.#start()
    const call = ++this.#calls
    return new Promise((resolve, reject) => {
      this.#pending.set(call, { resolve, reject })
      thread.postMessage({ call, path, algorithm, user } satisfies HashRequest)
    })
  }

  async close(): Promise<void> {
    await this.#thread?.terminate()
  }

  #start(): Worker {
    if (this.#thread) return this.#thread
    const thread = new Worker(new URL('./hash-thread.ts', import.meta.url))
    thread.unref()
    thread.on('message', (answer: HashAnswer) => {
      const pending = this.#pending.get(answer.call)
      this.#pending.delete(answer.call)
      if ('hash' in answer) pending?.resolve(answer.hash)
      else pending?.reject(new Error(answer.error))
    })
    thread.on('error', error => this.#fail(error instanceof Error ? error : new Error(String(error))))
    thread.on('exit', () => this.#fail(new Error('hashing was stopped')))
    this.#thread = thread
    return thread
  }

  #fail(error: Error): void {
    this.#thread = undefined
    for (const pending of this.#pending.values()) pending.reject(error)
    this.#pending.clear()
  }
}
