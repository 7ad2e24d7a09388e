/**
 * The header of SAM and BAM. `@PG` lines (with their `PP` links) say what ran, and are set aside; of `@RG` the date (`DT`) is, and where
 * these lines stand, since they have no order. All other lines count, in their order.
 */
import { BOUNDS } from '../../limits/table.ts'
import type { Cursor } from './bytes/cursor.ts'
import { SetAside, takeLine } from './bytes/header.ts'
import { firstOf } from './bytes/lines.ts'
import { TooMuch } from './errors.ts'
import type { FirstDifference } from './verdict.ts'

const AT = 64
const FIELD = /[A-Za-z][A-Za-z0-9]:/y
/** Bytes of `@RG` lines that are kept. */
const GROUPS = BOUNDS.samGroups

export type SameHeader = { first: FirstDifference } | { count: number; setAside: string[]; isTrailing: boolean }

/** Reads both headers. The cursors stand at what follows when they are the same. */
export async function sameHeader(old: Cursor, now: Cursor): Promise<SameHeader> {
  const [a, b] = [new Header(old), new Header(now)]
  for (;;) {
    const [one, other] = [await a.next(), await b.next()]
    if (one === undefined && other === undefined) break
    if (one === undefined || other === undefined || !one.equals(other))
      return { first: firstOf(one ? a.count : b.count, one, other) }
  }
  const [lost, come] = [missing(a.groups, b.groups), missing(b.groups, a.groups)]
  if (lost || come) return { first: firstOf((lost ?? come)?.place, bytesOf(lost), bytesOf(come)) }
  return {
    count: a.count,
    setAside: [...a.aside.differing(b.aside), ...groupsAside(a.groups, b.groups)],
    isTrailing: a.isEnded !== b.isEnded,
  }
}

interface Group {
  /** its bytes, one a character */
  line: string
  /** from 1 */
  place: number
  /** without its date */
  what: string
}

class Header {
  readonly aside = new SetAside()
  readonly groups: Group[] = []
  /** lines that count */
  count = 0
  isEnded = true
  #size = 0
  readonly #cursor: Cursor

  constructor(cursor: Cursor) {
    this.#cursor = cursor
  }

  /** The next line that has an order; undefined where the header ends. */
  async next(): Promise<Buffer | undefined> {
    while ((await this.#cursor.more()) && this.#cursor.rest[0] === AT) {
      const { line, isEnded } = await takeLine(this.#cursor)
      this.isEnded = isEnded
      const kind = line.toString('latin1', 0, 4)
      if (kind === '@PG\t' && isHeader(line, 'ID:')) this.aside.note('@PG', line, this.count - this.groups.length)
      else {
        this.count++
        if (kind !== '@RG\t' || !isHeader(line)) return line
        this.#keep(line.toString('latin1'))
      }
    }
    return undefined
  }

  #keep(line: string): void {
    this.#size += line.length
    if (this.#size > GROUPS) throw new TooMuch(`the header has more than ${GROUPS / 2 ** 20} MiB of @RG lines`)
    const fields = line.split('\t')
    const what = fields.filter(field => !field.startsWith('DT:'))
    this.groups.push({ line, place: this.count, what: what.length === fields.length ? line : what.join('\t') })
  }
}

/** Whether all that follows its kind are fields: only what is a line of a header, and not the name of a read, may be set aside. */
function isHeader(line: Buffer, needed = ''): boolean {
  const text = line.toString('latin1')
  let isComplete = false
  for (let tab = text.indexOf('\t'); tab !== -1; tab = text.indexOf('\t', tab + 1)) {
    FIELD.lastIndex = tab + 1
    if (!FIELD.test(text)) return false
    isComplete ||= text.startsWith(needed, tab + 1)
  }
  return isComplete
}

const bytesOf = (group: Group | undefined) => group && Buffer.from(group.line, 'latin1')

/** The first that the others lack. */
function missing(groups: Group[], others: Group[]): Group | undefined {
  const left = new Map<string, number>()
  for (const { what } of others) left.set(what, (left.get(what) ?? 0) + 1)
  return groups.find(({ what }) => {
    const count = left.get(what) ?? 0
    left.set(what, count - 1)
    return count === 0
  })
}

/** Of groups that are the same but for dates and order. */
function groupsAside(old: Group[], now: Group[]): string[] {
  const sorted = (groups: Group[]) => groups.map(group => group.line).sort()
  const [a, b] = [sorted(old), sorted(now)]
  const dates = a.some((line, index) => line !== b[index])
  const order = old.some(({ what, place }, index) => what !== now[index]?.what || place !== now[index]?.place)
  return [...(dates ? ['DT of @RG'] : []), ...(order ? ['order of @RG'] : [])]
}
