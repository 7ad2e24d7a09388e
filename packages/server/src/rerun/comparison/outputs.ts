import { type File, isEntry, isFile, nameOf, type Value } from '@reprise/cwl'
import type { Context } from '../../context.ts'
import { findVerdicts } from '../../database/comparisons.ts'
import { ContentGone, findHashes, getContent } from '../../database/contents.ts'
import type { ContentVerdictRow } from '../../database/schema.ts'
import { contentOfFile, hashOf } from '../../digests/shape.ts'
import type { ComparersContext } from '../comparers/compare-bytes.ts'
import { COMPARER_VERSION, type Verdict } from '../comparers/verdict.ts'
import type { Leaf, Pair } from './leaves.ts'

/** A side of a row that is a file. */
interface Side {
  /** id, where it was published by itself */
  file?: string
  name: string
  size?: number
  sha256?: string
}

/** One row of a comparison's outputs, as the API shows it. */
export interface OutputRow {
  output: string
  place: string
  verdict: 'identical' | 'equivalent' | 'different' | 'missing'
  format?: string
  set_aside?: string[]
  renamed?: true
  why?: string
  first?: { line?: number; old?: string; new?: string }
  old?: Side | Value
  new?: Side | Value
}

export interface ComparedLeaves {
  rows: OutputRow[]
  /** found now, of pairs of contents that nobody had compared */
  verdicts: ContentVerdictRow[]
}

/** Milliseconds after which what was compared is written. */
const PIECE = 2000

/**
 * Compares leaves, as many of them as there is time for. Equal hashes are enough; a pair of other contents is compared once, whoever
 * asks, and then known by both hashes. What can't be read is different, and why.
 */
export async function compareLeaves(
  context: ComparersContext,
  leaves: Leaf[],
  holder: string,
  signal: AbortSignal,
): Promise<ComparedLeaves> {
  const hashes = await hashesOf(context, leaves)
  const wanted = leaves.flatMap(leaf => pairOf(leaf, hashes) ?? [])
  const known = new Map<string, Verdict>()
  for (const row of await findVerdicts(
    context.database.read,
    [...new Set(wanted.map(pair => pair.old))],
    COMPARER_VERSION,
  )) {
    known.set(`${row.old} ${row.new}`, JSON.parse(row.verdict))
  }
  const until = performance.now() + PIECE
  const found: ComparedLeaves = { rows: [], verdicts: [] }
  for (const leaf of leaves) {
    if (signal.aborted || (found.rows.length > 0 && performance.now() > until)) break
    const pair = pairOf(leaf, hashes)
    const name = pair && `${pair.old} ${pair.new}`
    let verdict = name === undefined ? undefined : known.get(name)
    if (pair && name !== undefined && verdict === undefined) {
      verdict = await compareContents(context, leaf, holder, signal)
      if (isLasting(verdict)) {
        known.set(name, verdict)
        found.verdicts.push({ ...pair, version: COMPARER_VERSION, verdict: JSON.stringify(verdict) })
      }
    }
    found.rows.push(rowOf(leaf, hashes, verdict))
  }
  return found
}

/** Hashes of all contents of the leaves; those that have none yet are hashed now, where their bytes are there. */
async function hashesOf({ database, contents, log }: Context, leaves: Leaf[]): Promise<Map<string, string | null>> {
  const ids = leaves.flatMap(({ old, now }) => [old, now].flatMap(side => contentsOf(side)))
  const hashes = await findHashes(database.read, [...new Set(ids)])
  for (const [id, hash] of hashes) {
    if (hash !== null) continue
    try {
      hashes.set(id, await contents.sha256(id))
    } catch (error) {
      log.warn({ err: error, content: id }, 'a content can not be hashed')
    }
  }
  return hashes
}

function contentsOf(side: Pair | undefined): string[] {
  const id = isFile(side?.value) ? contentOfFile(side.value) : undefined
  return id === undefined ? [] : [id]
}

/** The hashes of two files of which the bytes are to be compared. */
function pairOf({ old, now }: Leaf, hashes: Map<string, string | null>): { old: string; new: string } | undefined {
  if (!isFile(old?.value) || !isFile(now?.value)) return undefined
  const [before, after] = [hashOf(old.value, hashes), hashOf(now.value, hashes)]
  return before === undefined || after === undefined || before === after ? undefined : { old: before, new: after }
}

/** One that depends on the machine, or on what was there at the time, is not kept: another time it may be another. */
function isLasting(verdict: Verdict): boolean {
  const why = 'why' in verdict ? verdict.why : undefined
  return why === undefined || !(why.startsWith(NOT_READ) || why.startsWith('the comparison '))
}

const NOT_READ = 'the bytes of '

async function compareContents(
  { contents, comparers, database }: ComparersContext,
  { old, now }: Leaf,
  holder: string,
  signal: AbortSignal,
): Promise<Verdict> {
  const files = [old?.value, now?.value] as [File, File]
  const sides = []
  for (const file of files) {
    const id = contentOfFile(file)
    const name = nameOf(file)
    const row = id === undefined ? undefined : await getContent(database.read, id)
    if (id === undefined || !row || row.gone !== null) return gone(name)
    try {
      sides.push({ path: await contents.materialise(id, holder), size: row.size, name })
    } catch (error) {
      if (error instanceof ContentGone) return gone(name)
      return {
        verdict: 'different',
        why: `${NOT_READ}${name} can't be read: ${error instanceof Error ? error.message : error}`,
      }
    }
  }
  try {
    return await comparers.compare(sides[0]!, sides[1]!, signal)
  } catch (error) {
    signal.throwIfAborted()
    return {
      verdict: 'different',
      why: `${NOT_READ}${nameOf(files[0])} or its counterpart can't be read: ${error instanceof Error ? error.message : error}`,
    }
  }
}

function gone(name: string): Verdict {
  return { verdict: 'different', why: `${NOT_READ}${name} were freed, so it was not looked further` }
}

function rowOf(
  { output, place, old, now }: Leaf,
  hashes: Map<string, string | null>,
  verdict: Verdict | undefined,
): OutputRow {
  const sides = {
    ...(old ? { old: sideOf(old, hashes) } : {}),
    ...(now ? { new: sideOf(now, hashes) } : {}),
  }
  const row = { output, place }
  if (!old || !now) return { ...row, verdict: 'missing', ...sides }
  if (verdict?.verdict === 'equivalent') {
    return { ...row, verdict: 'equivalent', format: verdict.format, set_aside: verdict.setAside, ...sides }
  }
  if (verdict) {
    const { format, first, why } = verdict
    return {
      ...row,
      verdict: 'different',
      ...(format ? { format } : {}),
      ...(first ? { first } : {}),
      ...(why ? { why } : {}),
      ...sides,
    }
  }
  if (isFile(old.value) && isFile(now.value)) {
    const [before, after] = [hashOf(old.value, hashes), hashOf(now.value, hashes)]
    if (before === undefined || after === undefined) {
      const why = `${NOT_READ}${nameOf(before === undefined ? old.value : now.value)} are gone, and what they were is not known`
      return { ...row, verdict: 'different', why, ...sides }
    }
    return { ...row, verdict: 'identical', ...(isRenamed(old.value, now.value) ? { renamed: true } : {}), ...sides }
  }
  const isSame =
    isEntry(old.value) || isEntry(now.value)
      ? isSameKind(old, now)
      : JSON.stringify(old.value) === JSON.stringify(now.value)
  return { ...row, verdict: isSame ? 'identical' : 'different', ...sides }
}

/** Of a folder its entries have rows of their own. */
function isSameKind(old: Pair, now: Pair): boolean {
  return isEntry(old.value) && isEntry(now.value) && old.value.class === now.value.class
}

/** The prefix that a name gets where another file has it already is no other name. */
function isRenamed(old: File, now: File): boolean {
  const [before, after] = [nameOf(old), nameOf(now)].map(name => name.replace(/^(?:_\d+_)+/, ''))
  return before !== after
}

function sideOf({ value, shown }: Pair, hashes: Map<string, string | null>): Side | Value {
  if (!isEntry(value)) return value ?? null
  const known = shown as { path?: unknown; name?: unknown } | undefined
  const sha256 = isFile(value) ? hashOf(value, hashes) : undefined
  return {
    ...(typeof known?.path === 'string' ? { file: known.path } : {}),
    name: typeof known?.name === 'string' ? known.name : nameOf(value),
    ...(isFile(value) && value.size !== undefined ? { size: value.size } : {}),
    ...(sha256 === undefined ? {} : { sha256 }),
  }
}
