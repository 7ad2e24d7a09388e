import { Worker } from 'node:worker_threads'
import type { Checked, CheckRequest } from './checker.ts'

/** What takes longer than it may. */
export const LATE = Symbol('late')

/** A thread that reads documents, one after the other. It starts with the first one and stays. */
export class CheckThread {
  #thread: Promise<Worker> | undefined
  #count = 0
  #closed = false
  readonly #memory: number

  /** @param memory MiB */
  constructor(memory: number) {
    this.#memory = memory
  }

  /** @param limit milliseconds, from when the thread is there */
  async run(name: string, body: string, limit: number): Promise<Checked | typeof LATE> {
    if (this.#closed) return STOPPING
    this.#thread ??= start(this.#memory)
    const thread = this.#thread
    const worker = await thread
    // closing may have come in between, and ended it
    if (this.#closed) return STOPPING
    return new Promise(resolve => {
      const end = (checked: Checked | typeof LATE) => {
        clearTimeout(timer)
        worker.off('message', answered)
        worker.off('error', died)
        worker.off('exit', died)
        resolve(checked)
      }
      const stop = (result: Checked | typeof LATE) => {
        if (this.#thread === thread) this.#thread = undefined
        void worker.terminate()
        end(result)
      }
      const id = ++this.#count
      const timer = setTimeout(() => stop(LATE), limit)
      const answered = (answer: { id: number; checked: Checked }) => answer.id === id && end(answer.checked)
      const died = () => stop(this.#closed ? STOPPING : { unreadable: 'the document needs too much memory to read' })
      worker.on('message', answered)
      worker.on('error', died)
      worker.on('exit', died)
      worker.postMessage({ id, name, body } satisfies CheckRequest)
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    await (await this.#thread)?.terminate()
  }
}

const STOPPING: Checked = { unreadable: 'the server is stopping' }

/** Resolves when it can read, or has died. */
async function start(maxOldGenerationSizeMb: number): Promise<Worker> {
  const worker = new Worker(new URL('./check.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb, stackSizeMb: 4 },
  })
  worker.on('error', () => undefined)
  await new Promise<void>(resolve => {
    worker.once('message', () => resolve())
    worker.once('exit', () => resolve())
  })
  worker.unref()
  return worker
}
