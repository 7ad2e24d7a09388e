/** Raised when any verdict may change: verdicts are kept by it. */
export const COMPARER_VERSION = 1

export type Format = 'TEXT' | 'JSON' | 'GZIP' | 'VCF' | 'SAM' | 'BAM'

export interface Side {
  path: string
  /** bytes */
  size: number
  /** the file's name: only a hint of its format */
  name: string
}

/** A side that has nothing there has no `old` or `new`; both are cut at 500 characters. */
export interface FirstDifference {
  /** from 1, in the decompressed text; lines that are set aside are not counted */
  line?: number
  old?: string
  new?: string
}

export type Verdict =
  | {
      verdict: 'equivalent'
      format: Format
      /** what differs and does not count: `##fileDate`, `@PG`, `gzip`, `trailing newline`, `key order`, … */
      setAside: string[]
    }
  | { verdict: 'different'; format?: Format; first?: FirstDifference; why?: string }
