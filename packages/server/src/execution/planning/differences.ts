import type { Key, Value } from '@reprise/cwl'
import { isRecord } from '@reprise/cwl'
import { parseJson } from '@reprise/cwl/json'
import type { Queries } from '../../database/index.ts'
import { loadTexts } from '../../database/values.ts'

/** One part of two keys that differ. */
export interface Difference {
  part: string
  old?: unknown
  new?: unknown
}

type Tree = { [part: string]: string }

/** Characters of a text, items of a list that a person is shown. */
const [TEXT, ITEMS] = [500, 20]

/** What differs of keys and earlier ones, read from the trees that made them: every part, with its old and new value. */
export async function differencesOf(db: Queries, pairs: { key: Key; old: string }[]): Promise<Difference[][]> {
  const trees = await loadTexts(
    db,
    pairs.map(({ old }) => old),
  )
  const compared = pairs.map(({ key, old }) => {
    const text = trees.get(old)
    const before: Tree = text === undefined ? {} : JSON.parse(text)
    const after: Tree = JSON.parse(key.tree)
    const parts = [...new Set([...Object.keys(after), ...Object.keys(before)])].filter(
      part => before[part] !== after[part],
    )
    return { key, before, after, parts }
  })
  const olds = compared.flatMap(({ before, parts }) =>
    parts.flatMap(part => (isShown(part) ? (before[part] ?? []) : [])),
  )
  const texts = await loadTexts(db, olds)
  return compared.map(({ key, before, after, parts }) =>
    parts.map(part => difference(part, before[part], after[part], hash => texts.get(hash) ?? key.parts.get(hash))),
  )
}

/** A tool's document is named by its hash. */
function isShown(part: string): boolean {
  return part !== 'tool'
}

function difference(
  part: string,
  before: string | undefined,
  after: string | undefined,
  textOf: (hash: string) => string | undefined,
): Difference {
  const [old, now] = [before, after].map(hash => (hash === undefined ? undefined : shownPart(part, hash, textOf(hash))))
  // 1 and 1.0 are one number, and not the same
  const isSame = JSON.stringify(old) === JSON.stringify(now)
  const shown = (value: unknown, hash: string | undefined) => (isSame && hash ? (textOf(hash) ?? value) : value)
  return {
    part,
    ...(before === undefined ? {} : { old: shown(old, before) }),
    ...(after === undefined ? {} : { new: shown(now, after) }),
  }
}

function shownPart(part: string, hash: string, text: string | undefined): unknown {
  if (!isShown(part) || text === undefined) return `sha256:${hash}`
  const value = parseJson(text) as Value
  if (part === 'command' && isRecord(value) && Array.isArray(value.argv)) return brief(value.argv.join(' '))
  return brief(value)
}

/** Of what is long its beginning; files by name and hash. */
function brief(value: Value, depth = 0): unknown {
  if (typeof value === 'string') return value.length > TEXT ? `${value.slice(0, TEXT)}…` : value
  if (typeof value !== 'object' || value === null) return value
  if (depth > 8) return '…'
  if (Array.isArray(value)) {
    const items = value.slice(0, ITEMS).map(item => brief(item, depth + 1))
    return value.length > ITEMS ? [...items, `… and ${value.length - ITEMS} more`] : items
  }
  const { basename, executable, ...rest } = value as { [key: string]: Value }
  const named = basename === undefined ? {} : { name: basename }
  const entries = Object.entries({ ...rest, ...(executable === true ? { executable } : {}) })
  const shown = entries.slice(0, ITEMS).map(([key, item]) => [key, brief(item, depth + 1)])
  return {
    ...named,
    ...Object.fromEntries(shown),
    ...(entries.length > ITEMS ? { '…': `${entries.length - ITEMS} more` } : {}),
  }
}
