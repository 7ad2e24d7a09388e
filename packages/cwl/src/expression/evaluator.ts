import { Worker } from 'node:worker_threads'
import type { Evaluation, Limits, Outcome } from './sandbox.ts'
import { ExpressionError } from './scan.ts'

/** Evaluates JavaScript away from everything. One can serve many tasks. */
export interface Evaluator {
  /**
   * JSON value of the code.
   * @throws ExpressionError when it throws, takes too long or too much
   */
  evaluate(evaluation: Evaluation): Promise<unknown>
  close(): Promise<void>
}

const MEBIBYTE = 1024 * 1024

/** One evaluation is ended well below the time that a person waits for an error; honest ones take about a millisecond. */
const DEFAULTS: Limits = { memory: 128 * MEBIBYTE, stack: 256 * 1024, time: 1200, result: 16 * MEBIBYTE }

/** How much longer than its own limit an evaluation may stay silent before its thread is ended. */
const GRACE = 300

interface Pending {
  evaluation: Evaluation
  resolve(value: unknown): void
  reject(error: Error): void
}

/**
 * QuickJS in a worker thread that starts with the first evaluation. What is asked for in one turn of the event loop goes
 * over in one message. QuickJS ends code that overruns; it can't while one native call runs, so the thread is terminated
 * when it stays silent beyond that, the evaluation at fault rejects, and those behind it go to a new thread.
 */
export function createEvaluator(options: Partial<Limits> = {}): Evaluator {
  return new ThreadEvaluator({ ...DEFAULTS, ...options })
}

class ThreadEvaluator implements Evaluator {
  readonly #limits: Limits
  #worker: Worker | undefined
  #ready = false
  #closed = false
  #watch: NodeJS.Timeout | undefined
  /** sent and not answered, in order */
  #sent: Pending[] = []
  #gathered: Pending[] = []

  constructor(limits: Limits) {
    this.#limits = limits
  }

  evaluate(evaluation: Evaluation): Promise<unknown> {
    if (this.#closed) return Promise.reject(new Error('the evaluator is closed'))
    return new Promise((resolve, reject) => {
      if (this.#gathered.length === 0) queueMicrotask(() => this.#send())
      this.#gathered.push({ evaluation, resolve, reject })
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#stop(new Error('the evaluator was closed'))
  }

  #send(): void {
    const batch = this.#gathered
    this.#gathered = []
    this.#sent.push(...batch)
    const worker = this.#worker ?? this.#start()
    worker.ref()
    worker.postMessage(batch.map(pending => pending.evaluation))
    this.#rewatch()
  }

  #start(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: this.#limits })
    this.#worker = worker
    this.#ready = false
    worker.on('message', (message: Outcome | 'ready') => {
      if (worker !== this.#worker) return
      if (message === 'ready') this.#ready = true
      else this.#settle(message)
      this.#rewatch()
    })
    worker.on('error', error => {
      if (worker === this.#worker) this.#replace(new ExpressionError(`the sandbox broke down: ${error.message}`))
    })
    return worker
  }

  #settle(outcome: Outcome): void {
    const pending = this.#sent.shift()
    if ('value' in outcome) pending?.resolve(JSON.parse(outcome.value))
    else pending?.reject(new ExpressionError(outcome.error))
    if (this.#sent.length === 0) this.#worker?.unref()
  }

  #rewatch(): void {
    clearTimeout(this.#watch)
    if (!this.#ready || this.#sent.length === 0) return
    this.#watch = setTimeout(
      () => this.#replace(new ExpressionError(`took longer than ${this.#limits.time} ms`)),
      this.#limits.time + GRACE,
    )
  }

  /** Ends the thread; the first evaluation without an answer is at fault, the others are sent again. */
  #replace(reason: Error): void {
    const [culprit, ...others] = this.#sent
    this.#sent = []
    const worker = this.#worker
    this.#worker = undefined
    clearTimeout(this.#watch)
    void worker?.terminate()
    culprit?.reject(reason)
    if (others.length === 0) return
    this.#gathered = [...others, ...this.#gathered]
    this.#send()
  }

  async #stop(reason: Error): Promise<void> {
    clearTimeout(this.#watch)
    for (const pending of [...this.#sent, ...this.#gathered]) pending.reject(reason)
    this.#sent = []
    this.#gathered = []
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }
}
