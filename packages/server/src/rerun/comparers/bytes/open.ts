import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { Readable } from 'node:stream'
import { createGunzip, type Gunzip } from 'node:zlib'
import { BOUNDS } from '../../../limits/table.ts'
import type { Opened } from '../comparer.ts'
import { Damaged } from '../errors.ts'
import type { Side } from '../verdict.ts'
import { Cursor, type Read } from './cursor.ts'

/** Bytes that are read or unwrapped at once: so many of two files stay in a processor's cache while they are looked at. */
const PIECE = BOUNDS.comparedPiece
const UNWRAPPED = BOUNDS.unwrappedPiece
const HEAD = BOUNDS.comparedHead

/** Opens a file and looks at its first bytes. Throws Damaged, and what the file system says. */
export async function open(side: Side): Promise<Opened> {
  const file = openSync(side.path, 'r')
  let gunzip: Gunzip | undefined
  const close = () => {
    gunzip?.destroy()
    closeSync(file)
  }
  try {
    const { size } = fstatSync(file)
    if (size !== side.size)
      throw Object.assign(new Error(`${side.name} has ${size} bytes, not ${side.size}`), { code: 'CHANGED' })
    const start = Buffer.alloc(Math.min(size, HEAD))
    readFully(file, start)
    const isWrapped = start.length > 2 && start[0] === 0x1f && start[1] === 0x8b
    let read: Read
    if (isWrapped) {
      gunzip = unwrapped(file)
      read = reader(gunzip, side)
    } else read = plain(file)
    const bytes = new Cursor(read)
    const head = Buffer.from((await bytes.want(HEAD)).subarray(0, HEAD))
    return { side, head, bytes, wrapping: isWrapped ? headOf(start) : undefined, close }
  } catch (error) {
    close()
    throw error
  }
}

function readFully(file: number, into: Buffer): void {
  for (let done = 0; done < into.length; ) {
    const length = readSync(file, into, done, into.length - done, done)
    if (length === 0) return
    done += length
  }
}

function plain(file: number): Read {
  const buffer = Buffer.allocUnsafeSlow(PIECE)
  let place = 0
  return () => {
    const length = readSync(file, buffer, 0, PIECE, place)
    place += length
    return length === 0 ? undefined : buffer.subarray(0, length)
  }
}

/** All members of a gzip file; zlib looks at heads, checksums and lengths. */
function unwrapped(file: number): Gunzip {
  let place = 0
  const packed = new Readable({
    highWaterMark: UNWRAPPED,
    read() {
      const buffer = Buffer.allocUnsafeSlow(UNWRAPPED)
      try {
        const length = readSync(file, buffer, 0, UNWRAPPED, place)
        place += length
        this.push(length === 0 ? null : buffer.subarray(0, length))
      } catch (error) {
        this.destroy(error as Error)
      }
    },
  })
  const gunzip = createGunzip({ chunkSize: UNWRAPPED })
  packed.on('error', error => gunzip.destroy(error))
  gunzip.on('close', () => packed.destroy())
  return packed.pipe(gunzip)
}

function reader(gunzip: Gunzip, side: Side): Read {
  const pieces = gunzip[Symbol.asyncIterator]()
  return async () => {
    try {
      const { value, done } = await pieces.next()
      if (!done) return value
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code?.startsWith('Z_')) throw new Damaged(message)
      throw error
    }
    if (gunzip.bytesWritten !== side.size) throw new Damaged('something else follows the last member')
    return undefined
  }
}

/** The head of a gzip file's first member, without BGZF's length of a block; it has the time, the level and the name. */
function headOf(start: Buffer): string {
  const flags = start[3] ?? 0
  const hasExtra = (flags & 4) !== 0
  const name = (flags & 8) !== 0 && !hasExtra ? start.subarray(10, Math.max(10, start.indexOf(0, 10))) : Buffer.alloc(0)
  const extra = hasExtra ? start.subarray(10, 16) : Buffer.alloc(0)
  return Buffer.concat([start.subarray(0, 10), extra, name]).toString('hex')
}
