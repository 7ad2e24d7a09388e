import type { Readable } from 'node:stream'
import type { LeftFile } from '@reprise/runner'

/**
 * Where bytes lie (seam; today a folder). A content is addressed by its id; the row in `contents` says its size. Bytes
 * become visible only whole: written under a temporary name, synced, renamed, not writable for anybody.
 */
export interface Store {
  /** Takes over a finished file of ours (by rename where it can, else by copy) as the content `id`. */
  adopt(id: string, path: string): Promise<void>
  /** Takes a file that a job left (by hard link where it can, else by copy); the file stays where it is. Rejects with NoRoom. */
  moveInFromJob(id: string, file: LeftFile): Promise<void>
  /** Writes small bytes or a stream, of a `size` that may be known, as the content `id`; gives its size. Rejects with NoRoom. */
  write(id: string, data: Uint8Array | Readable, size?: number): Promise<number>
  /** Bytes from `start` to `end` (inclusive), or all. */
  read(id: string, range?: { start: number; end: number }): Readable
  /** A path of this machine with these bytes, valid while the content is held; not to be written to. */
  materialise(id: string): Promise<string>
  remove(id: string): Promise<void>
}
