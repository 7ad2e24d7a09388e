import type { FileHandle } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { Grant } from './disk-space.ts'

/** What a file system gives a file at one time, in bytes; less than that is never left out. */
const BLOCK = 4096
const ZEROS = Buffer.alloc(BLOCK)

/**
 * Writes bytes to an empty file, with room asked for as they come; gives their number. Blocks of nothing but zeros are left
 * out and become holes: a copy of a sparse file takes no more of the disk than the file does.
 */
export async function writeAll(file: FileHandle, data: Uint8Array | Readable, grant: Grant): Promise<number> {
  let size = 0
  let end = 0
  for await (const chunk of data instanceof Uint8Array ? [data] : (data as AsyncIterable<Uint8Array>)) {
    for (const [from, to] of filled(chunk)) {
      await grant.ensureAhead(to - from)
      await writeAt(file, chunk.subarray(from, to), size + from)
      grant.wrote(to - from)
      end = size + to
    }
    size += chunk.length
  }
  if (end < size) await file.truncate(size)
  return size
}

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}

/** From where to where there is something else than whole blocks of zeros. */
export function filled(chunk: Uint8Array): [from: number, to: number][] {
  const runs: [number, number][] = []
  let from = -1
  for (let start = 0; start < chunk.length; start += BLOCK) {
    const isHole = start + BLOCK <= chunk.length && ZEROS.compare(chunk, start, start + BLOCK) === 0
    if (isHole && from >= 0) {
      runs.push([from, start])
      from = -1
    } else if (!isHole && from < 0) from = start
  }
  if (from >= 0) runs.push([from, chunk.length])
  return runs
}
