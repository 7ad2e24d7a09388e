/** What a machine is found to be in one respect. */
export interface Finding {
  what: string
  /** `partly`: Reprise runs, with less than it could do */
  fits: 'yes' | 'partly' | 'no'
  found: string
  /** what to type, or to do, where it does not fit */
  cure?: string
}

export const fits = (what: string, found: string): Finding => ({ what, fits: 'yes', found })

export const lacks = (what: string, found: string, cure: string, how: 'partly' | 'no' = 'no'): Finding => ({
  what,
  fits: how,
  found,
  cure,
})

/** An error in one line. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!
}
