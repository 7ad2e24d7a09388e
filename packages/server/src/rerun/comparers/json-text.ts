import { BOUNDS } from '../../limits/table.ts'
import { TooMuch } from './errors.ts'

/**
 * JSON as a stream of its tokens, in little memory: a tokenizer that checks the grammar by the byte and keeps no text of its own. Tokens
 * come in pieces, since a string may be of any length.
 */

/** Levels of arrays and objects in each other. */
export const DEEPEST = BOUNDS.jsonDepth
/** Bytes of a number, and of a key. */
const LONGEST = BOUNDS.jsonToken

export interface Sink {
  /** `[`, `{`, `]`, `}`, `,` or `:` */
  mark(byte: number): void
  /** of a string, with its quotes, or a number or word as it is written; the last piece of each says so */
  piece(bytes: Buffer, isLast: boolean, isKey: boolean): void
}

/** It breaks the grammar. */
export class NotJson extends Error {}

const [QUOTE, BACKSLASH, COMMA, COLON, OPEN, CLOSE, OPEN_OBJECT, CLOSE_OBJECT] = [34, 92, 44, 58, 91, 93, 123, 125]
const EMPTY = Buffer.alloc(0)
const WORD = /^(true|false|null|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?)$/
const ESCAPED = new Set(Buffer.from('"\\/bfnrt'))

type Next = 'value' | 'value or end' | 'key' | 'key or end' | 'colon' | 'comma or end' | 'nothing'

export class Tokens {
  readonly #sink: Sink
  /** whether each level is an object */
  readonly #levels: boolean[] = []
  #next: Next = 'value'
  #in: 'space' | 'word' | 'string' = 'space'
  #word: Buffer = EMPTY
  #isKey = false
  #keyLength = 0
  /** of an escape that has begun: -1 after the backslash, else how many digits are to come */
  #escape = 0

  constructor(sink: Sink) {
    this.#sink = sink
  }

  see(bytes: Buffer): void {
    for (let place = 0; place < bytes.length; ) {
      if (this.#in === 'string') place = this.#string(bytes, place, place)
      else if (this.#in === 'word') place = this.#inWord(bytes, place)
      else place = this.#between(bytes, place)
    }
  }

  end(): void {
    if (this.#in === 'word') this.#endWord(this.#word)
    if (this.#next !== 'nothing' || this.#in !== 'space') throw new NotJson('it ends too early')
  }

  #between(bytes: Buffer, place: number): number {
    const byte = bytes[place]!
    if (byte === 32 || byte === 10 || byte === 13 || byte === 9) return place + 1
    const next = this.#next
    if (byte === QUOTE) {
      this.#isKey = next === 'key' || next === 'key or end'
      if (!this.#isKey && next !== 'value' && next !== 'value or end') throw new NotJson('a string out of place')
      this.#in = 'string'
      this.#keyLength = 0
      return this.#string(bytes, place, place + 1)
    }
    if (byte === COMMA && next === 'comma or end') this.#next = this.#levels.at(-1) ? 'key' : 'value'
    else if (byte === COLON && next === 'colon') this.#next = 'value'
    else if (byte === OPEN || byte === OPEN_OBJECT) this.#open(byte === OPEN_OBJECT)
    else if (byte === CLOSE || byte === CLOSE_OBJECT) this.#close(byte === CLOSE_OBJECT)
    else {
      if (next !== 'value' && next !== 'value or end') throw new NotJson('a value out of place')
      this.#in = 'word'
      return this.#inWord(bytes, place)
    }
    this.#sink.mark(byte)
    return place + 1
  }

  #open(isObject: boolean): void {
    if (this.#next !== 'value' && this.#next !== 'value or end') throw new NotJson('a value out of place')
    if (this.#levels.length === DEEPEST)
      throw new TooMuch(`its values lie in each other more than ${DEEPEST} levels deep`)
    this.#levels.push(isObject)
    this.#next = isObject ? 'key or end' : 'value or end'
  }

  #close(isObject: boolean): void {
    const isEmpty = this.#next === (isObject ? 'key or end' : 'value or end')
    if (this.#levels.at(-1) !== isObject || (!isEmpty && this.#next !== 'comma or end'))
      throw new NotJson('an end out of place')
    this.#levels.pop()
    this.#valueEnded()
  }

  #valueEnded(): void {
    this.#next = this.#levels.length === 0 ? 'nothing' : 'comma or end'
  }

  #inWord(bytes: Buffer, from: number): number {
    let place = from
    while (place < bytes.length && isOfWord(bytes[place]!)) place++
    const part = bytes.subarray(from, place)
    if (place === bytes.length) {
      // it may go on
      this.#word = Buffer.concat([this.#word, part])
      if (this.#word.length > LONGEST) throw new TooMuch('a number in it is too long')
    } else this.#endWord(this.#word.length === 0 ? part : Buffer.concat([this.#word, part]))
    return place
  }

  #endWord(word: Buffer): void {
    if (!WORD.test(word.toString('latin1'))) throw new NotJson('a value that is none')
    this.#in = 'space'
    this.#word = EMPTY
    this.#valueEnded()
    this.#sink.piece(word, true, false)
  }

  /** @param from where what is to be passed on begins */
  #string(bytes: Buffer, from: number, start: number): number {
    let place = start
    for (; place < bytes.length; place++) {
      const byte = bytes[place]!
      if (byte < 32) throw new NotJson('a string with a control character')
      if (this.#escape !== 0) this.#inEscape(byte)
      else if (byte === BACKSLASH) this.#escape = -1
      else if (byte === QUOTE) {
        this.#pass(bytes.subarray(from, place + 1), true)
        this.#in = 'space'
        if (this.#isKey) this.#next = 'colon'
        else this.#valueEnded()
        return place + 1
      }
    }
    this.#pass(bytes.subarray(from), false)
    return place
  }

  #pass(bytes: Buffer, isLast: boolean): void {
    this.#keyLength += bytes.length
    if (this.#isKey && this.#keyLength > LONGEST) throw new TooMuch('a key in it is too long')
    this.#sink.piece(bytes, isLast, this.#isKey)
  }

  #inEscape(byte: number): void {
    if (this.#escape === -1) {
      if (byte === 117) this.#escape = 4
      else if (ESCAPED.has(byte)) this.#escape = 0
      else throw new NotJson('an escape that is none')
      return
    }
    const isHex = (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 70) || (byte >= 97 && byte <= 102)
    if (!isHex) throw new NotJson('an escape that is none')
    this.#escape--
  }
}

function isOfWord(byte: number): boolean {
  return (
    (byte >= 97 && byte <= 122) ||
    (byte >= 48 && byte <= 57) ||
    byte === 45 ||
    byte === 46 ||
    byte === 43 ||
    byte === 69
  )
}
