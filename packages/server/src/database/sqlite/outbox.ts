import type { MessagePort } from 'node:worker_threads'

/**
 * Gathers what is sent through a port into one message: waking the thread at the other side costs more than what it has to
 * do. What is posted leaves at the end of this round of the event loop, so that all calls which came in with it, and those
 * which continue on the answers of one message, go out together; or (`soon`) when the callback that runs now is done, for a
 * thread that may be held up by the next one.
 */
export class Outbox<T> {
  readonly #port: MessagePort
  readonly #soon: boolean
  #waiting: T[] = []

  constructor(port: MessagePort, { soon = false } = {}) {
    this.#port = port
    this.#soon = soon
  }

  post(item: T): void {
    if (this.#waiting.push(item) > 1) return
    if (this.#soon) process.nextTick(() => this.flush())
    else setImmediate(() => this.flush())
  }

  flush(): void {
    const items = this.#waiting
    if (items.length === 0) return
    this.#waiting = []
    this.#port.postMessage(items)
  }
}
