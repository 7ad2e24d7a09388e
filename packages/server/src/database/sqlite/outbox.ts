import type { MessagePort } from 'node:worker_threads'

/**
 * Gathers what is sent through a port in one turn into one message: waking the thread at the other side costs more than
 * what it has to do. What is posted leaves when the microtasks of this turn are done, so that calls which continue on the
 * answers of one message go out together again.
 */
export class Outbox<T> {
  readonly #port: MessagePort
  #waiting: T[] = []

  constructor(port: MessagePort) {
    this.#port = port
  }

  post(item: T): void {
    if (this.#waiting.push(item) === 1) process.nextTick(() => this.flush())
  }

  flush(): void {
    const items = this.#waiting
    if (items.length === 0) return
    this.#waiting = []
    this.#port.postMessage(items)
  }
}
