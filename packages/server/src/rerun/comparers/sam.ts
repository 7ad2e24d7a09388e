import { firstOf, Lines } from './bytes/lines.ts'
import { isSame } from './bytes/same.ts'
import type { Comparer } from './comparer.ts'
import { sameHeader } from './sam-header.ts'
import { onlyNewline, TRAILING } from './text.ts'

/** SAM: the header as sam-header.ts says, each record to the byte. Without a header it is only known by its name. */
export const sam: Comparer = {
  format: 'SAM',
  knows: ({ head, side }) =>
    /^@(HD|SQ|RG|PG|CO)\t/.test(head.toString('latin1', 0, 4)) ||
    (/\.sam(\.b?gz)?$/i.test(side.name) && !head.includes(0)),
  async compare(old, now) {
    const header = await sameHeader(old.bytes, now.bytes)
    if ('first' in header) return { verdict: 'different', first: header.first }
    const lines = new Lines(header.count)
    const same = await isSame(old.bytes, now.bytes, bytes => lines.see(bytes))
    const trailing = same ? header.isTrailing : await onlyNewline(lines, old.bytes, now.bytes)
    if (same || trailing) return { same: true, setAside: [...header.setAside, ...(trailing ? [TRAILING] : [])] }
    const [a, b] = await lines.both(old.bytes, now.bytes)
    return {
      verdict: 'different',
      first: firstOf(lines.count + 1, a, b),
      ...whyProgram(a?.toString('latin1'), b?.toString('latin1')),
    }
  },
}

const PROGRAM_TAG = /\tPG:Z:[^\t]*/

/** Says so when two records, as lines of SAM, differ in nothing but the program that they name. */
export function whyProgram(old: string | undefined, now: string | undefined): { why?: string } {
  if (old === undefined || now === undefined || old === now) return {}
  if (old.replace(PROGRAM_TAG, '') !== now.replace(PROGRAM_TAG, '')) return {}
  return { why: 'the record differs only in its tag PG:Z, the name of a program: tags of records are not set aside' }
}
