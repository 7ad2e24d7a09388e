/** What waits in the order in which it came; anything in it can be taken out at once, wherever it stands. */
export class Queue<T> {
  #first: Link<T> | undefined
  #last: Link<T> | undefined
  #size = 0

  get size(): number {
    return this.#size
  }

  get first(): T | undefined {
    return this.#first?.value
  }

  shift(): T | undefined {
    const link = this.#first
    if (link) this.remove(link)
    return link?.value
  }

  push(value: T): Link<T> {
    const link: Link<T> = { value, before: this.#last, after: undefined, isIn: true }
    if (this.#last) this.#last.after = link
    else this.#first = link
    this.#last = link
    this.#size++
    return link
  }

  remove(link: Link<T>): void {
    if (!link.isIn) return
    link.isIn = false
    this.#size--
    if (link.before) link.before.after = link.after
    else this.#first = link.after
    if (link.after) link.after.before = link.before
    else this.#last = link.before
  }
}

/** Where something stands in a queue: what `remove` takes. */
export interface Link<T> {
  readonly value: T
  before: Link<T> | undefined
  after: Link<T> | undefined
  isIn: boolean
}
