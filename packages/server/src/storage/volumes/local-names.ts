import type { BigIntStats } from 'node:fs'

/** Files on their way into a volume's folder: `.reprise-<id>.part`. They are not shown. */
export const TEMPORARY = /^\.reprise-.+\.part$/

export function temporaryName(id: string): string {
  return `.reprise-${id}.part`
}

/** Of a file: its inode, size and time of change; whatever writes into it or takes its place changes one of them. */
export function etagOf({ ino, size, mtimeNs }: Pick<BigIntStats, 'ino' | 'size' | 'mtimeNs'>): string {
  return [ino, size, mtimeNs].map(part => part.toString(16)).join('-')
}
