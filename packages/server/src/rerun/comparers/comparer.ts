import type { Cursor } from './bytes/cursor.ts'
import type { Format, Side, Verdict } from './verdict.ts'

/** A file that is open for reading, from its first byte, gzip and BGZF wrapping taken off. */
export interface Opened {
  side: Side
  /** its first bytes, unwrapped: up to 4 KiB */
  head: Buffer
  /** all of its bytes, unwrapped */
  bytes: Cursor
  /** the head of its gzip wrapping as hexadecimal digits; undefined when it has none */
  wrapping: string | undefined
  close(): void
}

/** One format: how it is known, and what two files of it have to have in common. */
export interface Comparer {
  format: Format
  /** Both have to be of a format to be compared as such. */
  knows(opened: Opened): boolean
  /**
   * When they are not of this format after all, both are opened anew for the next comparer; `why` is told should they be different.
   */
  compare(old: Opened, now: Opened): Promise<Outcome | { notOfIt: true; why?: string }>
}

/** A verdict to which `pair.ts` adds the format, and the wrapping where it differs. */
export type Outcome = { same: true; setAside: string[] } | Different

export type Different = Omit<Extract<Verdict, { verdict: 'different' }>, 'format'>
