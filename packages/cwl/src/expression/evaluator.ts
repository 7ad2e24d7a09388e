import { Worker } from 'node:worker_threads'
import { BUDGETS } from '../budget.ts'
import { LIMITS } from '../limits.ts'
import { RoundRobinQueue } from './round-robin-queue.ts'
import type { Evaluation, Limits, Outcome } from './sandbox.ts'
import { ExpressionError } from './scan.ts'

/** An evaluation that is asked for. What it is given is written as JSON only when its turn has come. */
export interface Asked extends Omit<Evaluation, 'globals'> {
  globals: Evaluation['globals'] | (() => Evaluation['globals'])
  /** who asks: those who share the evaluator take turns */
  turn?: string | undefined
}

/** Evaluates JavaScript away from everything. One can serve many tasks. */
export interface Evaluator {
  /**
   * JSON value of the code.
   * @throws ExpressionError when it throws, takes too long or too much
   */
  evaluate(asked: Asked): Promise<unknown>
  close(): Promise<void>
}

const MEBIBYTE = 1024 * 1024

/** One evaluation is ended well below the time that a person waits for an error; honest ones take about a millisecond. */
const DEFAULTS: Limits = {
  memory: 128 * MEBIBYTE,
  stack: 256 * 1024,
  time: 1200,
  result: BUDGETS.expressionBytes,
  values: BUDGETS.jobValues,
}

/** Evaluations on their way: some at first, many as long as they are quick, after a slow one few, so that another turn comes soon. */
const [FEW, SOME, MANY] = [2, 16, 64]

interface Pending {
  asked: Asked
  size: number
  resolve(value: unknown): void
  reject(error: Error): void
}

/**
 * QuickJS in a worker thread that starts with the first evaluation. What is asked for in one turn of the event loop goes
 * over in one message, as far as there is room on the way; the others wait, and nothing is made for them yet. QuickJS ends
 * code that overruns; it can't while one native call runs, so the thread is terminated when it stays silent beyond that,
 * the evaluation at fault rejects, and those behind it go to a new thread.
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
  readonly #waiting = new RoundRobinQueue<Pending>()
  #isGathering = false
  /** sent and not answered, in order */
  #sent: Pending[] = []
  #size = 0
  #most = SOME
  #answered = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  evaluate(asked: Asked): Promise<unknown> {
    if (this.#closed) return Promise.reject(new Error('the evaluator is closed'))
    return new Promise((resolve, reject) => {
      this.#waiting.add(asked.turn ?? '', { asked, size: 0, resolve, reject })
      if (this.#isGathering) return
      this.#isGathering = true
      queueMicrotask(() => {
        this.#isGathering = false
        this.#send()
      })
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#stop(new Error('the evaluator was closed'))
  }

  /** Sends as many as there is room for. */
  #send(): void {
    const batch: Evaluation[] = []
    while (this.#sent.length < this.#most && (this.#size < LIMITS.sentCharacters || this.#sent.length === 0)) {
      const next = this.#waiting.next()
      if (!next) break
      try {
        const evaluation = prepare(next.asked)
        next.size = sizeOf(evaluation)
        if (next.size > this.#limits.memory) throw new ExpressionError(tooLarge(this.#limits.memory))
        batch.push(evaluation)
        this.#sent.push(next)
        this.#size += next.size
      } catch (error) {
        next.reject(error instanceof RangeError ? new ExpressionError(tooLarge(this.#limits.memory)) : (error as Error))
      }
    }
    if (batch.length === 0) return
    const worker = this.#worker ?? this.#start()
    if (this.#sent.length === batch.length) this.#answered = performance.now()
    worker.ref()
    worker.postMessage(batch)
    this.#rewatch()
  }

  #start(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: this.#limits })
    this.#worker = worker
    this.#ready = false
    worker.on('message', (message: Outcome | 'ready') => {
      if (worker !== this.#worker) return
      if (message === 'ready') {
        this.#ready = true
        this.#answered = performance.now()
      } else this.#settle(message, worker)
      this.#rewatch()
    })
    worker.on('error', error => {
      if (worker === this.#worker) this.#replace(new ExpressionError(`the sandbox broke down: ${error.message}`))
    })
    return worker
  }

  #settle(outcome: Outcome, worker: Worker): void {
    const pending = this.#sent.shift()
    this.#size -= pending?.size ?? 0
    if ('value' in outcome) {
      pending?.resolve(JSON.parse(outcome.value))
      if (outcome.value.length > LIMITS.largeResult) worker.postMessage(outcome.value.length)
    } else pending?.reject(new ExpressionError(outcome.error, outcome.isStrict))
    const now = performance.now()
    this.#most = now - this.#answered > LIMITS.slowMilliseconds ? FEW : Math.min(MANY, this.#most * 2)
    this.#answered = now
    // by halves, so that many go over in one message
    if (this.#sent.length <= this.#most / 2) this.#send()
    if (this.#sent.length === 0) worker.unref()
  }

  #rewatch(): void {
    clearTimeout(this.#watch)
    if (!this.#ready || this.#sent.length === 0) return
    this.#watch = setTimeout(
      () => this.#replace(new ExpressionError(`took longer than ${this.#limits.time} ms`)),
      this.#limits.time + LIMITS.silentMilliseconds,
    )
  }

  /** Ends the thread; the first evaluation without an answer is at fault, the others are sent again. */
  #replace(reason: Error): void {
    const [culprit, ...others] = this.#sent
    this.#sent = []
    this.#size = 0
    this.#most = FEW
    const worker = this.#worker
    this.#worker = undefined
    clearTimeout(this.#watch)
    void worker?.terminate()
    culprit?.reject(reason)
    for (const pending of others.reverse()) this.#waiting.addFirst(pending.asked.turn ?? '', pending)
    this.#send()
  }

  async #stop(reason: Error): Promise<void> {
    clearTimeout(this.#watch)
    for (const pending of [...this.#sent, ...this.#waiting.clear()]) pending.reject(reason)
    this.#sent = []
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }
}

function prepare({ globals, turn: _, ...evaluation }: Asked): Evaluation {
  return { ...evaluation, globals: typeof globals === 'function' ? globals() : globals }
}

function sizeOf({ globals, library, code }: Evaluation): number {
  return [...Object.values(globals), ...library, code].reduce((sum, text) => sum + text.length, 0)
}

function tooLarge(memory: number): string {
  return `what the expression is given needs more than ${memory} bytes of memory`
}
