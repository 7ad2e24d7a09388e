/**
 * One pair, to its verdict. Both files are opened and unwrapped; the first format that knows both compares them, reading each once.
 * Where they turn out to be of another format, both are read again for the next one. A file that is damaged is equivalent to nothing.
 */
import { bam } from './bam.ts'
import { open } from './bytes/open.ts'
import type { Comparer, Opened } from './comparer.ts'
import { Damaged, TooMuch } from './errors.ts'
import { gzip } from './gzip.ts'
import { json } from './json.ts'
import { sam } from './sam.ts'
import { text } from './text.ts'
import { vcf } from './vcf.ts'
import type { Side, Verdict } from './verdict.ts'

/** In this order. */
const COMPARERS: Comparer[] = [vcf, bam, sam, json, text, gzip]

export async function comparePair(old: Side, now: Side): Promise<Verdict> {
  let next = 0
  let why: string | undefined
  let format: Comparer['format'] | undefined
  try {
    for (;;) {
      const pair = await openBoth(old, now)
      try {
        next = COMPARERS.findIndex((comparer, index) => index >= next && pair.every(opened => comparer.knows(opened)))
        const comparer = COMPARERS[next]
        if (comparer === undefined) return { verdict: 'different', ...(why !== undefined && { why }) }
        format = comparer.format
        const outcome = await comparer.compare(...pair)
        if (!('notOfIt' in outcome)) {
          if ('same' in outcome) return { verdict: 'equivalent', format, setAside: aside(outcome.setAside, ...pair) }
          return { format, ...(why !== undefined && { why }), ...outcome }
        }
        format = undefined
        why ??= outcome.why
        next++
      } finally {
        for (const opened of pair) opened.close()
      }
    }
  } catch (error) {
    const known = format !== undefined && { format }
    // without names and sides: it is kept for these contents, under whatever name
    if (error instanceof Damaged) return { verdict: 'different', ...known, why: `damaged: ${error.message}` }
    if (error instanceof TooMuch) return { verdict: 'different', ...known, why: error.message }
    throw error
  }
}

async function openBoth(old: Side, now: Side): Promise<[Opened, Opened]> {
  const first = await open(old)
  try {
    return [first, await open(now)]
  } catch (error) {
    first.close()
    throw error
  }
}

/** With the wrapping, where it is known to differ: only one has any, the heads of the two differ, or nothing else does. */
function aside(setAside: string[], old: Opened, now: Opened): string[] {
  const isWrapped = old.wrapping !== undefined || now.wrapping !== undefined
  return isWrapped && (old.wrapping !== now.wrapping || setAside.length === 0) ? [...setAside, 'gzip'] : setAside
}
