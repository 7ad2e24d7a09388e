/** The pairs that are compared, made anew in a folder. */
import { closeSync, openSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'

const END = Buffer.from('1f8b08040000000000ff0600424302001b0003000000000000000000', 'hex')
const BLOCK = 0xff00

export interface File {
  path: string
  size: number
  name: string
}

/** Two files of about so many bytes, which begin and end otherwise: between is `middle`, over and over. */
function pair(folder: string, name: string, size: number, ends: [Buffer, Buffer][], middle: Buffer): [File, File] {
  return ends.map(([start, end], index) => {
    const path = join(folder, `${index}-${name}`)
    const file = openSync(path, 'w')
    let length = writeSync(file, start)
    while (length < size) length += writeSync(file, middle)
    writeSync(file, end)
    closeSync(file)
    return { path, size: statSync(path).size, name }
  }) as [File, File]
}

/** Lines of about 80 characters; the last one differs. */
export function texts(folder: string, size: number): [File, File] {
  const random = numbers(1)
  const lines = Array.from({ length: 100_000 }, (_, index) => {
    const words = Array.from({ length: 8 }, () => random().toString(36))
    return `chr${index % 22}\t${index * 37}\t${words.join('\t').slice(0, 66)}\n`
  })
  const ends: [Buffer, Buffer][] = ['one', 'other'].map(word => [Buffer.alloc(0), Buffer.from(`the ${word}\n`)])
  return pair(folder, 'lines.txt', size, ends, Buffer.from(lines.join('')))
}

/** Reads of 150 bases in BGZF of level 6, as samtools writes them: the header has blocks of its own. It differs in `@PG`. */
export function bams(folder: string, size: number): [File, File] {
  const ends: [Buffer, Buffer][] = ['sort -o one.bam', 'sort --threads 8 -o other.bam'].map(command => {
    const text = `@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:chr1\tLN:248956422\n@PG\tID:samtools\tCL:samtools ${command}\n`
    const header = [
      Buffer.from('BAM\x01'),
      u32(text.length),
      Buffer.from(text),
      u32(1, 5),
      Buffer.from('chr1\0'),
      u32(248956422),
    ]
    return [block(Buffer.concat(header)), END]
  })
  const random = numbers(2)
  const reads = Buffer.concat(Array.from({ length: 200_000 }, (_, index) => read(index, random)))
  const blocks: Buffer[] = []
  for (let place = 0; place < reads.length; place += BLOCK) blocks.push(block(reads.subarray(place, place + BLOCK)))
  return pair(folder, 'reads.bam', size, ends, Buffer.concat(blocks))
}

function read(index: number, random: () => number): Buffer {
  const name = `A00${index % 7}:12:HXX:1:1101:${Math.floor(random() * 30000)}:${index}\0`
  const bases = Buffer.from(
    Array.from({ length: 75 }, () => (1 << Math.floor(random() * 4)) * 16 + (1 << Math.floor(random() * 4))),
  )
  const qualities = Buffer.from(
    Array.from({ length: 150 }, () => [37, 37, 37, 37, 37, 37, 25, 11][Math.floor(random() * 8)]!),
  )
  const body = Buffer.concat([
    u32(0, index * 3),
    Buffer.from([name.length, 60, 0x48, 0x12, 1, 0, 99, 0]),
    u32(150, 0, index * 3 + 200, 350),
    Buffer.from(name),
    u32(150 << 4),
    bases,
    qualities,
    Buffer.from('NMC\0ASC\x96RGZsample\0MDZ150\0'),
  ])
  return Buffer.concat([u32(body.length), body])
}

function block(bytes: Buffer): Buffer {
  const packed = deflateRawSync(bytes, { level: 6 })
  const head = Buffer.from('1f8b08040000000000ff0600424302000000', 'hex')
  head.writeUInt16LE(packed.length + 25, 16)
  return Buffer.concat([head, packed, u32(crc32(bytes), bytes.length)])
}

function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, index * 4)
  return bytes
}

/** Random numbers below 1, the same in each run. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
