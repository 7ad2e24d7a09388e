/** A record of BAM as the line of SAM that says the same (SAM/BAM specification, 4.2). */

const CIGAR = 'MIDNSHP=X???????'
const BASES = '=ACMGRSVTWYHKDBN'

/** The length of its size, and of what each record has. */
export const FIXED = 36

/**
 * What is wrong with the lengths that a record states; undefined when they fit into each other.
 * @param place of the record, of which the first FIXED bytes are there
 */
export function fault(bytes: Buffer, place: number, references: number): string | undefined {
  const size = bytes.readInt32LE(place)
  if (size < 32) return `a record of ${size} bytes`
  const reference = bytes.readInt32LE(place + 4)
  if (reference < -1 || reference >= references) return `a record of the reference ${reference}, of ${references}`
  const name = bytes[place + 12]!
  const cigar = bytes.readUInt16LE(place + 16)
  const bases = bytes.readInt32LE(place + 20)
  if (name === 0 || bases < 0 || 32 + name + 4 * cigar + Math.ceil(bases / 2) + bases > size)
    return 'a record whose parts are longer than it is'
  return undefined
}

/** @param record from its size on; when it is not whole, the line ends earlier */
export function samLine(record: Buffer, references: string[]): string {
  const reference = (id: number) => (id < 0 ? '*' : (references[id] ?? `#${id}`))
  const [ref, next] = [record.readInt32LE(4), record.readInt32LE(24)]
  const [nameLength, cigarLength, bases] = [record[12]!, record.readUInt16LE(16), record.readInt32LE(20)]
  const nameEnd = FIXED + nameLength
  const cigarEnd = nameEnd + 4 * cigarLength
  const basesEnd = cigarEnd + Math.ceil(bases / 2)
  const fields = [
    record.toString('latin1', FIXED, nameEnd - 1),
    record.readUInt16LE(18),
    reference(ref),
    record.readInt32LE(8) + 1,
    record[13],
    cigarText(record.subarray(nameEnd, cigarEnd)),
    next >= 0 && next === ref ? '=' : reference(next),
    record.readInt32LE(28) + 1,
    record.readInt32LE(32),
    basesText(record.subarray(cigarEnd, basesEnd), bases),
    qualities(record.subarray(basesEnd, basesEnd + bases)),
    ...tags(record.subarray(basesEnd + bases)),
  ]
  return fields.join('\t')
}

function cigarText(bytes: Buffer): string {
  let text = ''
  for (let i = 0; i + 4 <= bytes.length; i += 4) {
    const word = bytes.readUInt32LE(i)
    text += (word >>> 4) + CIGAR[word & 15]!
  }
  return text || '*'
}

function basesText(bytes: Buffer, count: number): string {
  let text = ''
  for (const byte of bytes) text += BASES[byte >>> 4]! + BASES[byte & 15]!
  return text.slice(0, count) || '*'
}

function qualities(bytes: Buffer): string {
  if (bytes.length === 0 || bytes[0] === 0xff) return '*'
  return Buffer.from(bytes.map(quality => Math.min(quality, 93) + 33)).toString('latin1')
}

const NUMBERS: { [type: string]: [bytes: number, read: (bytes: Buffer, place: number) => number] } = {
  c: [1, (bytes, place) => bytes.readInt8(place)],
  C: [1, (bytes, place) => bytes.readUInt8(place)],
  s: [2, (bytes, place) => bytes.readInt16LE(place)],
  S: [2, (bytes, place) => bytes.readUInt16LE(place)],
  i: [4, (bytes, place) => bytes.readInt32LE(place)],
  I: [4, (bytes, place) => bytes.readUInt32LE(place)],
  f: [4, (bytes, place) => Number(bytes.readFloatLE(place).toPrecision(6))],
}

/** Until the bytes end, or one of them is none. */
function tags(bytes: Buffer): string[] {
  const texts: string[] = []
  let place = 0
  try {
    while (place < bytes.length) {
      const [text, end] = tag(bytes, place)
      texts.push(text)
      place = end
    }
  } catch {
    texts.push('?')
  }
  return texts
}

function tag(bytes: Buffer, place: number): [text: string, end: number] {
  const name = bytes.toString('latin1', place, place + 2)
  const type = String.fromCharCode(bytes.readUInt8(place + 2))
  const value = place + 3
  if (type === 'A') return [`${name}:A:${String.fromCharCode(bytes.readUInt8(value))}`, value + 1]
  if (type === 'Z' || type === 'H') {
    const end = bytes.indexOf(0, value)
    if (end === -1) throw new RangeError('no end')
    return [`${name}:${type}:${bytes.toString('latin1', value, end)}`, end + 1]
  }
  if (type === 'B') {
    const item = String.fromCharCode(bytes.readUInt8(value))
    const [size, read] = NUMBERS[item]!
    const count = bytes.readUInt32LE(value + 1)
    if (count * size > bytes.length) throw new RangeError('too long')
    const items = Array.from({ length: count }, (_, index) => `,${read(bytes, value + 5 + index * size)}`)
    return [`${name}:B:${item}${items.join('')}`, value + 5 + count * size]
  }
  const [size, read] = NUMBERS[type]!
  return [`${name}:${type === 'f' ? 'f' : 'i'}:${read(bytes, value)}`, value + size]
}
