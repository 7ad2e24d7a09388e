import { Damaged } from '../errors.ts'

/** The next bytes, valid until the next call; undefined at the end. */
export type Read = () => Buffer | undefined | Promise<Buffer | undefined>

const EMPTY = Buffer.alloc(0)

/** A place in a stream of bytes. */
export class Cursor {
  readonly #read: Read
  /** what was read and is still to be taken; valid until `more` or `want` */
  rest: Buffer = EMPTY

  constructor(read: Read) {
    this.#read = read
  }

  /** Whether anything is left; then `rest` is not empty. */
  async more(): Promise<boolean> {
    while (this.rest.length === 0) {
      const next = await this.#read()
      if (next === undefined) return false
      this.rest = next
    }
    return true
  }

  /** `rest` with at least so many bytes, unless the end is nearer. Ask for few: they are copied. */
  async want(count: number): Promise<Buffer> {
    if (this.rest.length >= count) return this.rest
    const parts = [Buffer.from(this.rest)]
    for (let length = this.rest.length; length < count; ) {
      const next = await this.#read()
      if (next === undefined) break
      parts.push(Buffer.from(next))
      length += next.length
    }
    this.rest = parts.length === 1 ? parts[0]! : Buffer.concat(parts)
    return this.rest
  }

  skip(count: number): void {
    this.rest = this.rest.subarray(count)
  }

  /** The next so many bytes as a stream of their own; they have to be read before this one goes on. */
  part(count: number): Cursor {
    let left = count
    return new Cursor(async () => {
      if (left === 0) return undefined
      if (!(await this.more())) throw new Damaged('it ends within its header')
      const next = this.rest.subarray(0, left)
      left -= next.length
      this.skip(next.length)
      return next
    })
  }
}
