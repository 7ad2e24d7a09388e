import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { bgzf } from './make-bam.ts'

type Wrap = (bytes: Buffer) => Buffer

const level = fc.integer({ min: 0, max: 9 })
const members =
  (cuts: number[], levels: number[]): Wrap =>
  bytes => {
    const places = [0, ...cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
    const parts = places.slice(1).map((end, index) => bytes.subarray(places[index], end))
    return Buffer.concat(parts.map((part, index) => gzipSync(part, { level: levels[index % levels.length]! })))
  }
/** The time and the name that gzip writes into its head. */
const named =
  (time: number, name: string): Wrap =>
  bytes => {
    const packed = gzipSync(bytes)
    packed[3] = 8
    packed.writeUInt32LE(time, 4)
    return Buffer.concat([packed.subarray(0, 10), Buffer.from(`${name}\0`), packed.subarray(10)])
  }

/** Ways to wrap the same bytes, none among them. */
export const wrap: fc.Arbitrary<Wrap> = fc.oneof(
  fc.constant<Wrap>(bytes => bytes),
  fc
    .tuple(fc.array(fc.nat(), { maxLength: 3 }), fc.array(level, { minLength: 1, maxLength: 4 }))
    .map(args => members(...args)),
  fc.tuple(fc.nat(2 ** 31), fc.stringMatching(/^[a-z]{1,8}$/)).map(args => named(...args)),
  fc
    .record({ size: fc.integer({ min: 1, max: 500 }), level, end: fc.boolean() })
    .map(options => (bytes: Buffer) => bgzf(bytes, options)),
)
