import type { Cursor } from './bytes/cursor.ts'
import { firstOf, Lines } from './bytes/lines.ts'
import { isSame } from './bytes/same.ts'
import { Utf8 } from './bytes/utf8.ts'
import type { Comparer } from './comparer.ts'

/** Any text: UTF-8 without a NUL, as far as it was read. A newline at the very end is set aside. */
export const text: Comparer = {
  format: 'TEXT',
  // all of it has to be looked at
  knows: ({ head }) => !head.includes(0),
  async compare(old, now) {
    const utf8 = new Utf8()
    const lines = new Lines()
    const see = (bytes: Buffer) => {
      utf8.see(bytes)
      if (!utf8.isText) throw NOT_TEXT
      lines.see(bytes)
    }
    try {
      if (await isSame(old.bytes, now.bytes, see)) return utf8.end() ? { same: true, setAside: [] } : { notOfIt: true }
    } catch (error) {
      if (error === NOT_TEXT) return { notOfIt: true }
      throw error
    }
    if (await onlyNewline(lines, old.bytes, now.bytes))
      return utf8.end() ? { same: true, setAside: [TRAILING] } : { notOfIt: true }
    const both = await lines.both(old.bytes, now.bytes)
    if (!both.every(isText)) return { notOfIt: true }
    return { verdict: 'different', first: firstOf(lines.count + 1, ...both) }
  },
}

export const TRAILING = 'trailing newline'
const NOT_TEXT = new Error('not a text')

/** Whether two texts, the same so far, differ in one newline at the very end of one of them. One after another newline is a line. */
export async function onlyNewline(lines: Lines, old: Cursor, now: Cursor): Promise<boolean> {
  const [a, b] = [await old.more(), await now.more()]
  if (a === b || (lines.isAtStart && lines.count > 0)) return false
  const rest = await (a ? old : now).want(2)
  return rest.length === 1 && rest[0] === 10
}

/** Of the beginning of a line, whose last character may be cut. */
function isText(line: Buffer | undefined): boolean {
  if (line === undefined) return true
  const utf8 = new Utf8()
  utf8.see(line)
  return utf8.isText
}
