import type { CwlVersion, LoadListing } from './process.ts'

/** What a process means where that depends on the version it was written in. What may be written stands in grammar.ts. */
export interface Meaning {
  /** MiB of memory, when none is asked for */
  ram: number
  /** what `loadContents` does with what is beyond its limit */
  longContents: 'cut' | 'refuse'
  /** how much of a Directory is listed, when nothing says so */
  listing: LoadListing
  /**
   * what a backslash does in a string with expressions. `backslash`: it escapes `$(`, `${` and itself. `reference`: there
   * were no escapes yet, and only the customary one before `$(` and `${` is taken for one; any other backslash stays
   */
  escapes: 'reference' | 'backslash'
  /** `runtime.exitCode` exists in outputEval */
  exitCode: boolean
  /** how strings are read: with `$(…)` and `${…}` in them, or as a text or one script of draft-2 */
  expressions: 'cwl' | 'draft-2'
  /**
   * `line`: the command, redirections and all, is one line that a shell gets as it is; the base command may hold scripts,
   * and `valueFrom` is evaluated for inputs without a value too
   */
  command: 'words' | 'line'
  /** every File has `metadata`, if only an empty map */
  metadata: boolean
  /** the inputs and resources lie as `job.json` in the work folder */
  jobFile: boolean
}

const V1: Pick<Meaning, 'expressions' | 'command' | 'metadata' | 'jobFile'> = {
  expressions: 'cwl',
  command: 'words',
  metadata: false,
  jobFile: false,
}

export const MEANING: { readonly [version in CwlVersion]: Readonly<Meaning> } = {
  'draft-2': {
    ram: 1000,
    longContents: 'cut',
    listing: 'deep_listing',
    escapes: 'reference',
    exitCode: false,
    expressions: 'draft-2',
    command: 'line',
    metadata: true,
    jobFile: true,
  },
  'v1.0': { ...V1, escapes: 'reference', exitCode: false, ram: 1024, longContents: 'cut', listing: 'deep_listing' },
  'v1.1': { ...V1, escapes: 'reference', exitCode: true, ram: 256, longContents: 'cut', listing: 'no_listing' },
  'v1.2': { ...V1, escapes: 'backslash', exitCode: true, ram: 256, longContents: 'refuse', listing: 'no_listing' },
}

const ORDER: readonly CwlVersion[] = ['draft-2', 'v1.0', 'v1.1', 'v1.2']

/** True when what exists from `since` on exists in `version`. */
export function hasSince(version: CwlVersion, since: CwlVersion | undefined): boolean {
  return since === undefined || ORDER.indexOf(version) >= ORDER.indexOf(since)
}
