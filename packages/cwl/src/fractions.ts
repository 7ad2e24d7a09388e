/**
 * Floats that were written with a fraction of 0 (`2.0`) are written so on a command line, as the reference does; `2`
 * and `2e0` are not. A JavaScript number does not know how it was written, so the numbers written so are kept beside the
 * values: those of the documents, of the job, and of what jobs leave.
 */

import { LIMITS } from './limits.ts'

const WRITTEN = /(?<![\w.+-])-?[0-9]+\.0*(?![\w.])/g

/** The numbers that a text of YAML or JSON has in that form. */
export function fractionsIn(text: string, fractions: Set<number> = new Set()): Set<number> {
  for (const [written] of text.matchAll(WRITTEN)) {
    if (fractions.size >= LIMITS.fractions) break
    fractions.add(Number(written))
  }
  return fractions
}
