import { Worker } from 'node:worker_threads'
import { BOUNDS } from '../../limits/table.ts'
import type { Answer, CompareLimits, Request } from './compare-messages.ts'
import type { Side, Verdict } from './verdict.ts'

/** Milliseconds after which a thread that has nothing to do ends. */
const IDLE = BOUNDS.comparersIdle

/** The thread that compares (compare-main.ts), one pair at a time. One that was ended or died is followed by another. */
export class CompareThread {
  readonly #limits: CompareLimits
  #worker: Worker | undefined
  #idle: NodeJS.Timeout | undefined
  #stop: ((error: Error) => void) | undefined
  #closed = false

  constructor(limits: CompareLimits) {
    this.#limits = limits
  }

  async run(old: Side, now: Side, signal?: AbortSignal): Promise<Verdict> {
    signal?.throwIfAborted()
    if (this.#closed) throw new Error('comparing was stopped')
    clearTimeout(this.#idle)
    const isReady = this.#worker !== undefined
    this.#worker ??= this.#start()
    const worker = this.#worker
    worker.ref()
    const { promise, resolve, reject } = Promise.withResolvers<Verdict>()
    const { time, memory } = this.#limits
    const giveUp = (why: string) => {
      void this.#end()
      resolve({ verdict: 'different', why })
    }
    let timer: NodeJS.Timeout | undefined
    const begin = () => {
      worker.postMessage({ old, now } satisfies Request)
      timer = setTimeout(() => giveUp(`the comparison takes longer than ${time / 1000} s`), time)
    }
    const answered = (answer: Answer) => {
      if (answer === 'ready') begin()
      else if ('verdict' in answer) resolve(answer.verdict)
      else reject(Object.assign(new Error(answer.error), answer.more))
    }
    const died = (error: unknown) =>
      giveUp(
        (error as { code?: unknown } | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? `the comparison needs more memory than ${memory / 2 ** 20} MiB`
          : 'the comparison broke the thread that made it',
      )
    const stop = (reason: unknown) => {
      void this.#end()
      reject(reason)
    }
    const aborted = () => stop(signal?.reason)
    this.#stop = stop
    worker.on('message', answered).on('error', died).on('exit', died)
    signal?.addEventListener('abort', aborted)
    if (isReady) begin()
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      worker.off('message', answered).off('error', died).off('exit', died)
      signal?.removeEventListener('abort', aborted)
      this.#stop = undefined
      this.#unrefIdle()
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#idle)
    this.#stop?.(new Error('comparing was stopped'))
    await this.#end()
  }

  #start(): Worker {
    const worker = new Worker(new URL('./compare-main.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: Math.ceil(this.#limits.memory / 2 ** 20), maxYoungGenerationSizeMb: 2 },
    })
    // one that dies between two pairs, or after it was given up
    worker.on('error', () => undefined)
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined
    })
    return worker
  }

  #unrefIdle(): void {
    this.#worker?.unref()
    this.#idle = setTimeout(() => void this.#end(), IDLE).unref()
  }

  async #end(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }
}
