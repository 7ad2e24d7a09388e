/**
 * BAM: the header as sam-header.ts says, the references and each record to the byte. A file whose lengths do not fit into each other,
 * or that ends within a record, is damaged. SAM is another encoding, not another wrapping: it is never equivalent to BAM.
 */

import { BOUNDS } from '../../limits/table.ts'
import { samLine } from './bam-record.ts'
import type { Cursor } from './bytes/cursor.ts'
import { firstOf } from './bytes/lines.ts'
import { Records } from './bytes/records.ts'
import { isSame } from './bytes/same.ts'
import type { Comparer, Different } from './comparer.ts'
import { Damaged } from './errors.ts'
import { whyProgram } from './sam.ts'
import { sameHeader } from './sam-header.ts'

const MAGIC = Buffer.from('BAM\x01')
/** Bytes of a reference's name, and of the names of all that are kept to be shown. */
const NAME = BOUNDS.bamName
const NAMES = BOUNDS.bamNames

export const bam: Comparer = {
  format: 'BAM',
  knows: ({ head }) => head.subarray(0, 4).equals(MAGIC),
  async compare(old, now) {
    const [a, b] = [await headerOf(old.bytes), await headerOf(now.bytes)]
    const header = await sameHeader(a, b)
    if ('first' in header) return { verdict: 'different', first: header.first }
    await padding(a)
    await padding(b)
    const references = await sameReferences(old.bytes, now.bytes)
    if ('verdict' in references) return references
    const records = new Records(references.count)
    if (await isSame(old.bytes, now.bytes, bytes => records.see(bytes))) {
      records.end()
      return { same: true, setAside: [...header.setAside, ...(header.isTrailing ? ['trailing newline'] : [])] }
    }
    const both = [await records.record(old.bytes), await records.record(now.bytes)]
    const [oldLine, newLine] = both.map(record => record && samLine(record, references.names))
    const shown = [oldLine, newLine].map(line => (line === undefined ? undefined : Buffer.from(line))) as [
      Buffer?,
      Buffer?,
    ]
    return {
      verdict: 'different',
      first: firstOf(header.count + records.count + 1, shown[0], shown[1]),
      ...whyProgram(oldLine, newLine),
    }
  },
}

/** The text of a header; the cursor stands behind the magic. */
async function headerOf(cursor: Cursor): Promise<Cursor> {
  const start = await cursor.want(8)
  if (start.length < 8) throw new Damaged('it ends within its header')
  const length = start.readUInt32LE(4)
  cursor.skip(8)
  return cursor.part(length)
}

/** What follows the lines of a header's text may be NULs. */
async function padding(text: Cursor): Promise<void> {
  while (await text.more()) {
    if (text.rest.some(byte => byte !== 0)) throw new Damaged('the text of its header is not only lines of a header')
    text.skip(text.rest.length)
  }
}

async function sameReferences(old: Cursor, now: Cursor): Promise<Different | { count: number; names: string[] }> {
  const [count, other] = [await countOf(old), await countOf(now)]
  const names: string[] = []
  let size = 0
  for (let index = 0; index < Math.max(count, other); index++) {
    const a = index < count ? await reference(old) : undefined
    const b = index < other ? await reference(now) : undefined
    if (!a || !b || !a.equals(b))
      return {
        verdict: 'different',
        first: firstOf(undefined, a && lineOf(a), b && lineOf(b)),
        why: 'the references differ',
      }
    size += a.length
    if (size <= NAMES) names.push(a.toString('latin1', 4, a.length - 5))
  }
  return { count, names }
}

async function countOf(cursor: Cursor): Promise<number> {
  const bytes = await cursor.want(4)
  const count = bytes.length < 4 ? -1 : bytes.readInt32LE(0)
  if (count < 0) throw new Damaged('it does not say how many references it has')
  cursor.skip(4)
  return count
}

/** Length of the name, the name with its NUL, length of the sequence. */
async function reference(cursor: Cursor): Promise<Buffer> {
  const start = await cursor.want(4)
  const length = start.length < 4 ? 0 : start.readInt32LE(0)
  if (length < 1 || length > NAME) throw new Damaged(`the name of a reference has a length of ${length}`)
  const bytes = (await cursor.want(length + 8)).subarray(0, length + 8)
  if (bytes.length < length + 8) throw new Damaged('it ends within its references')
  if (bytes.indexOf(0, 4) !== length + 3) throw new Damaged('the name of a reference does not end where it says')
  const copy = Buffer.from(bytes)
  cursor.skip(length + 8)
  return copy
}

function lineOf(reference: Buffer): Buffer {
  const name = reference.toString('latin1', 4, reference.length - 5)
  return Buffer.from(`@SQ\tSN:${name}\tLN:${reference.readInt32LE(reference.length - 4)}`)
}
