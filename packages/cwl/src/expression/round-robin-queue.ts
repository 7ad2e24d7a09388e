/** A queue in which those who wait take turns: one of each, then again. Each one's own come in their order. */
export class RoundRobinQueue<T> {
  /** in the order of the turns; a Map gives up its first in no time */
  readonly #queues = new Map<string, T[]>()

  add(who: string, item: T): void {
    this.#of(who).push(item)
  }

  /** Before what waits already. */
  addFirst(who: string, item: T): void {
    this.#of(who).unshift(item)
  }

  next(): T | undefined {
    for (const [who, queue] of this.#queues) {
      const item = queue.shift()
      this.#queues.delete(who)
      if (queue.length > 0) this.#queues.set(who, queue)
      return item
    }
    return undefined
  }

  /** Takes everything out. */
  clear(): T[] {
    const all = [...this.#queues.values()].flat()
    this.#queues.clear()
    return all
  }

  #of(who: string): T[] {
    const queue = this.#queues.get(who) ?? []
    this.#queues.set(who, queue)
    return queue
  }
}
