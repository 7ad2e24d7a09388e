import { statfs } from 'node:fs/promises'

/** Of a disk this part, and at most so many bytes, are kept free for the rows: a commit must not fail because of a job. */
const RESERVED_PART = 0.05
const MOST_RESERVED = 2 ** 30

/** Bytes that jobs and uploads may still take on the disk of a folder; 0 when only the reserve is left. */
export async function roomIn(folder: string): Promise<number> {
  const { bsize, bavail, blocks } = await statfs(folder)
  const reserve = Math.min(MOST_RESERVED, blocks * bsize * RESERVED_PART)
  return Math.max(0, Math.floor(bavail * bsize - reserve))
}
