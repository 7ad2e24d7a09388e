import { BOUNDS } from '../../../limits/table.ts'
import type { FirstDifference } from '../verdict.ts'
import type { Cursor } from './cursor.ts'
import { countNewlines } from './newlines.ts'

/** Characters of a line that are shown, and bytes that hold them. */
export const SHOWN = BOUNDS.lineShown
const HELD = SHOWN * 4
const NEWLINE = 10

/** The text of a line as it is shown. */
export function shown(line: Buffer): string {
  const text = line.subarray(0, HELD).toString('utf8')
  if (text.length <= SHOWN) return text
  const isHalf = text.codePointAt(SHOWN - 1)! > 0xffff
  return text.slice(0, isHalf ? SHOWN - 1 : SHOWN)
}

/** What is told of two lines; of one that is not there, nothing. */
export function firstOf(line: number | undefined, old: Buffer | undefined, now: Buffer | undefined): FirstDifference {
  return {
    ...(line !== undefined && { line }),
    ...(old && { old: shown(old) }),
    ...(now && { new: shown(now) }),
  }
}

/** Where a reader of two texts stands that were the same so far. */
export class Lines {
  /** lines that ended */
  count: number
  #head: Buffer = Buffer.alloc(0)

  constructor(count = 0) {
    this.count = count
  }

  /** The same in both. */
  see(bytes: Buffer): void {
    this.count += countNewlines(bytes)
    const last = bytes.lastIndexOf(NEWLINE)
    const tail = bytes.subarray(last + 1, last + 1 + HELD)
    if (last >= 0) this.#head = Buffer.from(tail)
    else if (this.#head.length < HELD) this.#head = Buffer.concat([this.#head, tail]).subarray(0, HELD)
  }

  get isAtStart(): boolean {
    return this.#head.length === 0
  }

  /** The line that begins where both are still the same and is not the same to its end; both cursors stand where they differ. */
  async first(old: Cursor, now: Cursor): Promise<{ first: FirstDifference }> {
    const [a, b] = await this.both(old, now)
    return { first: firstOf(this.count + 1, a, b) }
  }

  /** The beginnings of these two lines; `count` is of the lines before. */
  async both(old: Cursor, now: Cursor): Promise<[Buffer | undefined, Buffer | undefined]> {
    const [a, b] = [await old.more(), await now.more()]
    // one ended within a line, and in the other that line ends here: it is the same, the next one is not
    if (!this.isAtStart && a !== b) {
      const other = a ? old : now
      if (other.rest[0] === NEWLINE) {
        this.see(other.rest.subarray(0, 1))
        other.skip(1)
      }
    }
    return [await this.#line(old), await this.#line(now)]
  }

  /** The beginning of the line that the cursor is in; undefined when the text has ended before it. */
  async #line(cursor: Cursor): Promise<Buffer | undefined> {
    const rest = (await cursor.want(HELD)).subarray(0, HELD)
    if (this.isAtStart && rest.length === 0) return undefined
    const end = rest.indexOf(NEWLINE)
    return Buffer.concat([this.#head, end === -1 ? rest : rest.subarray(0, end)]).subarray(0, HELD)
  }
}
