import type { CwlVersion } from './process.ts'

/** What a process means where that depends on the version it was written in. What may be written stands in grammar.ts. */
export interface Meaning {
  /**
   * what a backslash does in a string with expressions. `backslash`: it escapes `$(`, `${` and itself. `reference`: there
   * were no escapes yet, and only the customary one before `$(` and `${` is taken for one; any other backslash stays
   */
  escapes: 'reference' | 'backslash'
  /** `runtime.exitCode` exists in outputEval */
  exitCode: boolean
}

export const MEANING: { readonly [version in CwlVersion]: Readonly<Meaning> } = {
  'v1.0': { escapes: 'reference', exitCode: false },
  'v1.1': { escapes: 'reference', exitCode: false },
  'v1.2': { escapes: 'backslash', exitCode: true },
}

const ORDER: readonly CwlVersion[] = ['v1.0', 'v1.1', 'v1.2']

/** True when what exists from `since` on exists in `version`. */
export function hasSince(version: CwlVersion, since: CwlVersion | undefined): boolean {
  return since === undefined || ORDER.indexOf(version) >= ORDER.indexOf(since)
}
