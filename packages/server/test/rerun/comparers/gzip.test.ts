import { gzipSync } from 'node:zlib'
import { describe } from 'vitest'
import { bgzf } from './make-bam.ts'
import { different, equivalent, type Row, table } from './table.ts'

const noise = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * index) % 251))
const other = Buffer.from(noise)
other[299_999]! ^= 1
const named = Buffer.from(gzipSync(noise))
named.writeUInt32LE(1_700_000_000, 4)
const damaged = (bytes: Buffer, at: number) => {
  const copy = Buffer.from(bytes)
  copy[at]! ^= 0x10
  return copy
}
const packed = gzipSync(noise)
const why = (message: string) => ({ verdict: 'different', why: `damaged: ${message}` }) as const
const whyGzip = (message: string) => different('GZIP', undefined, `damaged: ${message}`)

const rows: Row[] = [
  ['levels', packed, gzipSync(noise, { level: 1 }), equivalent('GZIP', 'gzip')],
  ['the time in its head', packed, named, equivalent('GZIP', 'gzip')],
  [
    'members',
    packed,
    Buffer.concat([noise.subarray(0, 5), noise.subarray(5)].map(part => gzipSync(part))),
    equivalent('GZIP', 'gzip'),
  ],
  ['BGZF', packed, bgzf(noise), equivalent('GZIP', 'gzip')],
  [
    'BGZF in blocks of other lengths',
    bgzf(noise, { size: 1000 }),
    bgzf(noise, { end: false }),
    equivalent('GZIP', 'gzip'),
  ],
  ['nothing', gzipSync(''), bgzf(''), equivalent('TEXT', 'gzip')],
  ['a byte', packed, gzipSync(other), different('GZIP')],
  ['a byte more', packed, gzipSync(Buffer.concat([noise, Buffer.from([10])])), different('GZIP')],
  ['a wrapping inside', gzipSync(gzipSync('a')), gzipSync(gzipSync('a', { level: 0 })), different('GZIP')],
  ['bytes of no known format and their wrapping', noise, packed, { verdict: 'different' }],
  ['bytes of no known format', noise, other, { verdict: 'different' }],
  ['a sum that is wrong', packed, damaged(packed, packed.length - 6), whyGzip('incorrect data check')],
  ['a length that is wrong', packed, damaged(packed, packed.length - 1), whyGzip('incorrect length check')],
  ['one that is cut', packed, packed.subarray(0, -10), whyGzip('unexpected end of file')],
  [
    'one that is cut in the second member',
    packed,
    Buffer.concat([packed, packed.subarray(0, 4)]),
    whyGzip('unexpected end of file'),
  ],
  ['something behind', packed, Buffer.concat([packed, Buffer.from('rest')]), whyGzip('incorrect header check')],
  [
    'something behind a NUL',
    packed,
    Buffer.concat([packed, Buffer.from('\0rest')]),
    whyGzip('something else follows the last member'),
  ],
  ['a head and nothing else', packed, packed.subarray(0, 10), why('unexpected end of file')],
  ['another method', packed, damaged(packed, 2), why('unknown compression method')],
]

describe('pairs', () => table(rows))
