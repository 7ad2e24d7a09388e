/** A column of a table: what stands above it, and the cell of an item. */
export interface Column<T> {
  title: string
  of: (item: T) => unknown
  /** numbers stand at the right */
  right?: boolean
  /** ids are never cut */
  whole?: boolean
}

const gap = '  '
/** A column is never cut to less than this. */
const narrowest = 8

/**
 * A table of aligned columns under their titles. With a width, that of a terminal, the widest columns are cut until a line
 * fits; without one nothing is cut. What a name may hold to move the cursor or ring a bell is shown as `?`.
 */
export function formatTable<T>(columns: readonly Column<T>[], items: readonly T[], width?: number): string {
  const rows = [columns.map(({ title }) => title), ...items.map(item => columns.map(({ of }) => textOf(of(item))))]
  const widths = columns.map((_, n) => Math.max(...rows.map(row => widthOf(row[n]!))))
  if (width !== undefined) fit(columns, widths, width)
  const line = (row: string[]) =>
    row
      .map((cell, n) => {
        const text = cut(cell, widths[n]!)
        const blanks = ' '.repeat(widths[n]! - widthOf(text))
        return columns[n]!.right ? blanks + text : text + blanks
      })
      .join(gap)
      .trimEnd()
  return rows.map(line).join('\n')
}

/** The width of the terminal that reads what is printed; undefined when it is none. */
export const terminalWidth = (): number | undefined => (process.stdout.isTTY ? process.stdout.columns : undefined)

/** A value as one line: text as it is, lists with commas, anything else as JSON, nothing as nothing. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value) && value.every(item => typeof item === 'string')) return plain(value.join(', '))
  return plain(typeof value === 'object' ? JSON.stringify(value) : String(value))
}

const plain = (text: string) => text.replace(/[\t\r\n]/g, ' ').replace(/\p{Cc}|\p{Cf}/gu, '?')

function fit<T>(columns: readonly Column<T>[], widths: number[], width: number): void {
  let excess = widths.reduce((sum, one) => sum + one, gap.length * (widths.length - 1)) - width
  while (excess > 0) {
    const open = widths.flatMap((one, n) => (columns[n]!.whole || one <= narrowest ? [] : [{ n, one }]))
    const widest = open.toSorted((a, b) => b.one - a.one)[0]
    if (widest === undefined) return
    widths[widest.n] = widest.one - 1
    excess--
  }
}

/** Characters of East Asian scripts and emoji take two places. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/u
const places = (character: string) => (/\p{Mn}/u.test(character) ? 0 : wide.test(character) ? 2 : 1)

function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += places(character)
  return width
}

function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let kept = ''
  let used = 1
  for (const character of text) {
    used += places(character)
    if (used > width) break
    kept += character
  }
  return `${kept}…`
}
