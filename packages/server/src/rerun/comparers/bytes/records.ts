import { BOUNDS } from '../../../limits/table.ts'
import { FIXED, fault } from '../bam-record.ts'
import { Damaged } from '../errors.ts'
import type { Cursor } from './cursor.ts'

/** Bytes of a record that are kept, more than what is shown of one. */
const HELD = BOUNDS.recordHeld

/** Where a reader of two BAM files stands that had the same records so far. Throws Damaged where one lies about its length. */
export class Records {
  /** records that ended */
  count = 0
  readonly #references: number
  /** of the record that has begun: its first bytes, and how many are still to come; -1 while its size is not known */
  #head: Buffer = Buffer.alloc(0)
  #left = -1

  constructor(references: number) {
    this.#references = references
  }

  /** The same in both. */
  see(bytes: Buffer): void {
    let place = this.#goOn(bytes)
    while (bytes.length - place >= FIXED) {
      const end = place + this.#sizeAt(bytes, place)
      if (end > bytes.length) break
      this.count++
      place = end
    }
    if (place < bytes.length) this.#begin(bytes.subarray(place))
  }

  /** After the last record: throws Damaged when it is not whole. */
  end(): void {
    if (this.#head.length > 0) throw new Damaged('it ends within a record')
  }

  /** The record that differs, of the file of this cursor, which stands where it does; undefined when there is none. */
  async record(cursor: Cursor): Promise<Buffer | undefined> {
    const before = this.#head
    const rest = await cursor.want(Math.max(0, HELD - before.length))
    const bytes = Buffer.concat([before, rest.subarray(0, Math.max(0, HELD - before.length))])
    if (bytes.length === 0) return undefined
    if (bytes.length < FIXED) throw new Damaged('it ends within a record')
    const size = this.#sizeAt(bytes, 0)
    if (size > bytes.length && bytes.length < HELD) throw new Damaged('it ends within a record')
    return bytes.subarray(0, size)
  }

  /** The record that has begun goes on in these bytes; where it ends there. */
  #goOn(bytes: Buffer): number {
    if (this.#head.length === 0) return 0
    let place = 0
    if (this.#left === -1) {
      place = Math.min(FIXED - this.#head.length, bytes.length)
      this.#head = Buffer.concat([this.#head, bytes.subarray(0, place)])
      if (this.#head.length < FIXED) return place
      this.#left = this.#sizeAt(this.#head, 0) - FIXED
    }
    const taken = Math.min(this.#left, bytes.length - place)
    this.#left -= taken
    if (this.#left === 0) {
      this.count++
      this.#head = Buffer.alloc(0)
      this.#left = -1
    } else if (this.#head.length < HELD)
      this.#head = Buffer.concat([this.#head, bytes.subarray(place, place + HELD - this.#head.length)])
    return place + taken
  }

  #begin(bytes: Buffer): void {
    this.#head = Buffer.from(bytes.subarray(0, HELD))
    this.#left = bytes.length < FIXED ? -1 : this.#sizeAt(bytes, 0) - bytes.length
  }

  #sizeAt(bytes: Buffer, place: number): number {
    const wrong = fault(bytes, place, this.#references)
    if (wrong) throw new Damaged(`it has ${wrong}`)
    return 4 + bytes.readInt32LE(place)
  }
}
