import { BOUNDS } from '../../../limits/table.ts'

/** Of a piece, one newline in so many bytes at most is looked for by the faster way for few. */
const SPARSE = BOUNDS.sparseNewlines
const NEWLINE = 10

/**
 * How many newlines there are. Where they are few, the next one is looked for; where many, four bytes at a time are compared with
 * four newlines: what is equal has a zero byte there, and zero bytes are counted side by side in one number.
 */
export function countNewlines(bytes: Buffer): number {
  let count = 0
  let place = 0
  for (const most = bytes.length / SPARSE; count <= most; count++) {
    const next = bytes.indexOf(NEWLINE, place)
    if (next === -1) return count
    place = next + 1
  }
  for (; (bytes.byteOffset + place) % 4 !== 0 && place < bytes.length; place++) if (bytes[place] === NEWLINE) count++
  const length = (bytes.length - place) >>> 2
  if (length === 0) return count + inBytes(bytes.subarray(place))
  return (
    count +
    inWords(new Int32Array(bytes.buffer, bytes.byteOffset + place, length)) +
    inBytes(bytes.subarray(place + length * 4))
  )
}

function inBytes(bytes: Buffer): number {
  let count = 0
  for (const byte of bytes) if (byte === NEWLINE) count++
  return count
}

function inWords(words: Int32Array): number {
  let count = 0
  for (let i = 0; i < words.length; ) {
    let sums = 0
    // no sum of the four goes over 255
    for (const end = Math.min(words.length, i + 255); i < end; i++) {
      const word = words[i]! ^ 0x0a0a0a0a
      const isNotZero = ((word & 0x7f7f7f7f) + 0x7f7f7f7f) | word
      sums = (sums + ((~isNotZero >>> 7) & 0x01010101)) | 0
    }
    count += (sums & 255) + ((sums >>> 8) & 255) + ((sums >>> 16) & 255) + (sums >>> 24)
  }
  return count
}
