import type { Item } from './fields.ts'

/** A page of a list: the items of this page, and how many there are in all. Large items come one after the other. */
export class Page {
  readonly items: Item[] | AsyncIterable<Item>
  readonly total: number
  readonly limit: number
  readonly offset: number
  /** how many items there was room for, when it is not the limit */
  readonly shown: number
  /** keys of an item when the call selects no fields; undefined is all */
  readonly defaults: readonly string[] | undefined

  constructor(
    found: { items: Item[] | AsyncIterable<Item>; total: number; shown?: number },
    query: { limit: number; offset: number },
    defaults?: readonly string[],
  ) {
    this.items = found.items
    this.total = found.total
    this.limit = query.limit
    this.offset = query.offset
    const isLast = query.offset + (found.shown ?? 0) >= found.total
    this.shown = found.shown === undefined || found.shown === 0 || isLast ? query.limit : found.shown
    this.defaults = defaults
  }
}

/** A page of a list that is read with tokens: `next` is the token of the page behind it, if there is one. */
export class Scroll {
  readonly items: Item[]
  readonly total: number
  readonly next: string | undefined
  readonly limit: number
  readonly defaults: readonly string[] | undefined

  constructor(
    found: { items: Item[]; total: number; next: string | undefined },
    limit: number,
    defaults?: readonly string[],
  ) {
    this.items = found.items
    this.total = found.total
    this.next = found.next
    this.limit = limit
    this.defaults = defaults
  }
}

/** A body to send as it is: no fields are selected of it (metadata, tags, the inputs of a task, raw documents). */
export class WholeBody {
  readonly body: unknown

  constructor(body: unknown) {
    this.body = body
  }
}

/** The same, as the text of JSON that it is already: what is large need not be parsed to be sent. */
export class JsonText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What a handler gives that has sent its reply itself. (The reply is a promise of its own end: not to be awaited.) */
export const SENT = Symbol('sent')
