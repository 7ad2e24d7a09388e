/**
 * Whom an abort withdraws. Jobs of a task wait under one signal, ten thousands of them: a signal looks through its listeners
 * whenever one is added or removed, so each has a single one here, and a set of those that wait under it.
 */
export class Withdrawals<T> {
  readonly #withdraw: (waiting: T, reason: unknown) => void
  readonly #sets = new Map<AbortSignal, { waiting: Set<T>; heard: () => void }>()

  /** @param withdraw called for each that waits under a signal when it is aborted */
  constructor(withdraw: (waiting: T, reason: unknown) => void) {
    this.#withdraw = withdraw
  }

  add(signals: readonly AbortSignal[], waiting: T): void {
    for (const signal of signals) this.#setOf(signal).add(waiting)
  }

  remove(signals: readonly AbortSignal[], waiting: T): void {
    for (const signal of signals) {
      const set = this.#sets.get(signal)
      set?.waiting.delete(waiting)
      if (set?.waiting.size !== 0) continue
      signal.removeEventListener('abort', set.heard)
      this.#sets.delete(signal)
    }
  }

  #setOf(signal: AbortSignal): Set<T> {
    const known = this.#sets.get(signal)
    if (known) return known.waiting
    const waiting = new Set<T>()
    const heard = () => {
      this.#sets.delete(signal)
      for (const each of waiting) this.#withdraw(each, signal.reason)
    }
    this.#sets.set(signal, { waiting, heard })
    signal.addEventListener('abort', heard, { once: true })
    return waiting
  }
}
