/**
 * The sum of a JSON value: two have the same when they are the same but for white space and the order of keys. What is kept of a value is its
 * own text, or, beyond 256 bytes, the SHA-256 of that. A list passes what it has on to a hash when that becomes much. An
 * object has to keep its members until it ends, and is then their texts in the order of the keys; one that has a key twice keeps
 * its own order, since readers differ in which of the two they take.
 */

import { createHash, type Hash } from 'node:crypto'
import { BOUNDS } from '../../limits/table.ts'
import { TooMuch } from './errors.ts'
import type { Sink } from './json-text.ts'

/** Bytes of a value that stand for themselves, of a list before they are hashed, and of all that is kept. */
const OWN = BOUNDS.jsonOwn
const PASSED_ON = BOUNDS.jsonPassedOn
const KEPT = BOUNDS.jsonKept

const [COMMA, COLON, OPEN, OPEN_OBJECT, CLOSE_OBJECT] = [44, 58, 91, 123, 125]
/** No value begins with these: the sum of a string, that of an object or list, and a key that stands twice. */
const [STRING, INSIDE, TWICE] = [35, 40, 33]
const BYTES = Array.from({ length: 256 }, (_, byte) => Buffer.of(byte))

interface Level {
  isObject: boolean
  /** where it begins in what is kept */
  start: number
  /** of a list: what was passed on */
  hash?: Hash
  /** of an object: where its members begin, and where the keys end */
  members: number[]
  keyEnds: number[]
}

export class JsonSum implements Sink {
  /** of all tokens in their order: the same where only white space differs */
  readonly #written = createHash('sha256')
  readonly #levels: Level[] = []
  #kept = Buffer.allocUnsafe(PASSED_ON)
  #length = 0
  /** of a string that is not at its end: where it begins, and its hash when it is long */
  #begun = -1
  #string: Hash | undefined
  #pending = Buffer.allocUnsafe(PASSED_ON)
  #pendingLength = 0
  #size = 0

  mark(byte: number): void {
    this.#write(BYTES[byte]!)
    if (byte === OPEN || byte === OPEN_OBJECT) {
      this.#member()
      this.#levels.push({ isObject: byte === OPEN_OBJECT, start: this.#length, members: [], keyEnds: [] })
      this.#keep(BYTES[byte]!)
    } else if (byte !== COMMA && byte !== COLON) this.#close(byte)
  }

  piece(bytes: Buffer, isLast: boolean, isKey: boolean): void {
    this.#write(bytes)
    const level = this.#levels.at(-1)
    if (this.#begun === -1) {
      if (isKey) level!.members.push(this.#length)
      else this.#member()
      this.#begun = this.#length
    }
    this.#keep(bytes)
    // a key stays as it is: it is needed for the order
    if (!isKey && this.#length - this.#begun > (isLast && !this.#string ? OWN : PASSED_ON)) {
      this.#string ??= createHash('sha256')
      this.#string.update(this.#kept.subarray(this.#begun, this.#length))
      this.#length = this.#begun
    }
    if (!isLast) return
    if (this.#string) {
      this.#string.update(this.#kept.subarray(this.#begun, this.#length))
      this.#length = this.#begun
      this.#keepSum(STRING, this.#string)
      this.#string = undefined
    }
    this.#begun = -1
    if (isKey) level!.keyEnds.push(this.#length)
    else this.#valueEnded()
  }

  /** When all is there. */
  sums(): { value: string; written: string /** bytes of all tokens */; size: number } {
    this.#flush()
    const value = createHash('sha256').update(this.#kept.subarray(0, this.#length)).digest('hex')
    return { value, written: this.#written.digest('hex'), size: this.#size }
  }

  #member(): void {
    const level = this.#levels.at(-1)
    if (level && !level.isObject) this.#keep(BYTES[COMMA]!)
  }

  #close(byte: number): void {
    const level = this.#levels.pop()!
    if (byte === CLOSE_OBJECT) this.#sort(level)
    this.#keep(BYTES[byte]!)
    const own = this.#kept.subarray(level.start, this.#length)
    if (level.hash || own.length > OWN) {
      const hash = (level.hash ?? createHash('sha256')).update(own)
      this.#length = level.start
      this.#keepSum(INSIDE, hash)
    }
    this.#valueEnded()
  }

  #valueEnded(): void {
    const level = this.#levels.at(-1)
    if (!level || level.isObject || this.#length - level.start < PASSED_ON) return
    level.hash ??= createHash('sha256')
    level.hash.update(this.#kept.subarray(level.start, this.#length))
    this.#length = level.start
  }

  #sort(level: Level): void {
    const { members, keyEnds } = level
    if (members.length < 2) return
    const keys = members.map((begin, index) => this.#kept.subarray(begin, keyEnds[index]))
    const names = new Set(keys.map(nameOf))
    if (names.size < keys.length) {
      this.#keep(BYTES[TWICE]!)
      return
    }
    const order = keys.map((_, index) => index).sort((a, b) => keys[a]!.compare(keys[b]!))
    const ends = [...members.slice(1), this.#length]
    const sorted = Buffer.concat(order.map(index => this.#kept.subarray(members[index], ends[index])))
    sorted.copy(this.#kept, members[0])
  }

  #keepSum(kind: number, hash: Hash): void {
    this.#keep(BYTES[kind]!)
    this.#keep(hash.digest())
  }

  #keep(bytes: Buffer): void {
    const length = this.#length + bytes.length
    if (length > this.#kept.length) {
      if (length > KEPT) throw new TooMuch(`more than ${KEPT / 2 ** 20} MiB of keys and values stand in one object`)
      const more = Buffer.allocUnsafe(Math.max(length, this.#kept.length * 2))
      this.#kept.copy(more, 0, 0, this.#length)
      this.#kept = more
    }
    put(bytes, this.#kept, this.#length)
    this.#length = length
  }

  #write(bytes: Buffer): void {
    this.#size += bytes.length
    if (this.#pendingLength + bytes.length > this.#pending.length) this.#flush()
    if (bytes.length > this.#pending.length) this.#written.update(bytes)
    else {
      put(bytes, this.#pending, this.#pendingLength)
      this.#pendingLength += bytes.length
    }
  }

  #flush(): void {
    this.#written.update(this.#pending.subarray(0, this.#pendingLength))
    this.#pendingLength = 0
  }
}

/** Most are so short that a call of `copy` takes longer. */
function put(bytes: Buffer, into: Buffer, place: number): void {
  if (bytes.length > 32) bytes.copy(into, place)
  else for (let i = 0; i < bytes.length; i++) into[place + i] = bytes[i]!
}

/** What a key is when it is read, without its escapes. */
function nameOf(key: Buffer): string {
  const text = key.toString('utf8')
  return text.includes('\\') ? JSON.stringify(JSON.parse(text)) : text
}
