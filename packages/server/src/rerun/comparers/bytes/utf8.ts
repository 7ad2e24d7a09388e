import { isUtf8 } from 'node:buffer'

/** Whether pieces of bytes are a text: UTF-8 without a NUL, whose characters may be cut between two pieces. */
export class Utf8 {
  isText = true
  #cut: Buffer = Buffer.alloc(0)

  see(bytes: Buffer): void {
    if (!this.isText || bytes.length === 0) return
    const begun = this.#cut.length
    // what ends the character that was cut, and no more
    const lead = begun === 0 ? 0 : Math.min(bytes.length, lengthOf(this.#cut[0]!) - begun)
    const whole = bytes.length - unfinished(bytes)
    if (begun > 0) {
      const character = Buffer.concat([this.#cut, bytes.subarray(0, lead)])
      this.#cut = Buffer.alloc(0)
      if (character.length < lengthOf(character[0]!)) {
        this.#cut = character
        return
      }
      if (!isUtf8(character)) this.isText = false
    }
    if (whole > lead && !isUtf8(bytes.subarray(lead, whole))) this.isText = false
    if (bytes.indexOf(0) !== -1) this.isText = false
    if (whole >= lead) this.#cut = Buffer.from(bytes.subarray(whole))
  }

  /** After the last piece. */
  end(): boolean {
    return this.isText && this.#cut.length === 0
  }
}

/** Bytes of a character that begins with this one; 1 where none does. */
function lengthOf(first: number): number {
  if (first >= 0xf8 || first < 0xc0) return 1
  if (first >= 0xf0) return 4
  return first >= 0xe0 ? 3 : 2
}

/** How many bytes at the end are of a character whose other bytes are still to come. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return lengthOf(byte) > back ? back : 0
  }
  return 0
}
