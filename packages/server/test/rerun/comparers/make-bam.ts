/** BAM files made by hand, and BGZF. */
import { crc32, deflateRawSync } from 'node:zlib'

const END = Buffer.from('1f8b08040000000000ff0600424302001b0003000000000000000000', 'hex')

/** In blocks of `size` bytes. */
export function bgzf(bytes: Buffer | string, { size = 0xff00, level = 6, end = true } = {}): Buffer {
  const all = Buffer.from(bytes)
  const blocks: Buffer[] = []
  for (let place = 0; place < all.length; place += size) {
    const part = all.subarray(place, place + size)
    const packed = deflateRawSync(part, { level })
    const head = Buffer.from('1f8b08040000000000ff060042430200', 'hex')
    const length = Buffer.alloc(2)
    length.writeUInt16LE(packed.length + 25)
    blocks.push(head, length, packed, u32(crc32(part)), u32(part.length))
  }
  return Buffer.concat(end ? [...blocks, END] : blocks)
}

export function u32(...values: number[]): Buffer {
  return Buffer.concat(
    values.map(value => {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32LE(value >>> 0)
      return bytes
    }),
  )
}

export interface Bam {
  header: string
  references?: [name: string, length: number][]
  records?: Buffer[]
}

/** Not wrapped. */
export function bam({ header, references = [['chr1', 1000]], records = [] }: Bam): Buffer {
  return Buffer.concat([
    Buffer.from('BAM\x01'),
    u32(Buffer.byteLength(header)),
    Buffer.from(header),
    u32(references.length),
    ...references.flatMap(([name, length]) => [u32(name.length + 1), Buffer.from(`${name}\0`), u32(length)]),
    ...records,
  ])
}

/** A record of four bases. */
export function record(name: string, { position = 9, tags = '' as string | Buffer, reference = 0 } = {}): Buffer {
  const body = Buffer.concat([
    u32(reference, position),
    Buffer.from([name.length + 1, 60, 0x48, 0x12, 1, 0, 0, 0]),
    u32(4, -1, -1, 0),
    Buffer.from(`${name}\0`),
    u32((4 << 4) | 0),
    Buffer.from([0x12, 0x48, 30, 31, 32, 33]),
    Buffer.from(tags),
  ])
  return Buffer.concat([u32(body.length), body])
}

/** What `record` is in SAM. */
export const line = (name: string, { position = 9, tags = '' } = {}) =>
  `${name}\t0\tchr1\t${position + 1}\t60\t4M\t*\t0\t0\tACGT\t?@AB${tags}`
