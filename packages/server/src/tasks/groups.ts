import type { Type, Value } from '@reprise/cwl'
import type { FileRow } from '../database/schema.ts'
import type { BatchGroup } from '../domain/record.ts'
import { classOf, type Files, fit, isObject } from './values.ts'

/** How a batch task is split, as it was given. */
export interface BatchBy {
  type: string
  criteria?: string[]
}

/** The groups, or why the input can't be split so. */
export type Grouping = { groups: BatchGroup[] } | { problem: string }

/** Children of one batch task. */
export const MOST_CHILDREN = 10_000

/**
 * Splits the value of a batch input. ITEM: one group an item of the list. CRITERIA: the files of the list by what their
 * metadata say of the criteria, in the order in which the combinations first appear; a file without a key has an empty
 * value there. A group's value is a list when the port takes one, else it must be a single item.
 */
export function groupsOf(by: BatchBy, port: Type, value: Value | undefined, files: Files): Grouping {
  const items = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]
  if (items.length === 0) return { problem: 'it has no items to make children of' }
  const grouping =
    by.type.toUpperCase() === 'ITEM' ? byItem(port, items, files) : byCriteria(by.criteria ?? [], port, items, files)
  if ('groups' in grouping && grouping.groups.length > MOST_CHILDREN) {
    return { problem: `it makes ${grouping.groups.length} children, and ${MOST_CHILDREN} are the most` }
  }
  return grouping
}

function byItem(port: Type, items: Value[], files: Files): Grouping {
  const groups: BatchGroup[] = []
  for (const [index, item] of items.entries()) {
    const list = 'problem' in fit(port, item, files)
    if (list && 'problem' in fit(port, [item], files)) return { problem: `item ${index} does not fit the input` }
    groups.push({ value: nameOf(item, files), fields: {}, items: [index], list })
  }
  return { groups }
}

function byCriteria(criteria: string[], port: Type, items: Value[], files: Files): Grouping {
  const found = new Map<string, BatchGroup>()
  for (const [index, item] of items.entries()) {
    const file = fileOf(item, files)
    if (!file) return { problem: 'criteria split files, and it holds something else: batch by ITEM' }
    const values = criteria.map(criterion => criterionOf(criterion, file))
    const fields = Object.fromEntries(criteria.map((criterion, at) => [criterion, values[at] ?? '']))
    const key = JSON.stringify(values)
    const group = found.get(key) ?? { value: values.join(', '), fields, items: [], list: true }
    group.items.push(index)
    found.set(key, group)
  }
  const groups = [...found.values()]
  const takesList = !('problem' in fit(port, [items[0]!], files))
  if (takesList) return { groups }
  const large = groups.find(group => group.items.length > 1)
  if (large) return { problem: `the group ${large.value} has ${large.items.length} files, and the input takes one` }
  return { groups: groups.map(group => ({ ...group, list: false })) }
}

/** Of a file: `metadata.<key>`, or `name`. */
function criterionOf(criterion: string, file: FileRow): string {
  const key = criterion.startsWith('metadata.') ? criterion.slice('metadata.'.length) : undefined
  if (key === undefined) return criterion === 'name' ? file.name : ''
  const metadata: { [key: string]: string } = JSON.parse(file.metadata)
  return Object.hasOwn(metadata, key) ? (metadata[key] ?? '') : ''
}

function fileOf(item: Value, files: Files): FileRow | undefined {
  return isObject(item) && classOf(item) && 'path' in item ? files.get(String(item.path)) : undefined
}

function nameOf(item: Value, files: Files): string {
  return fileOf(item, files)?.name ?? (typeof item === 'string' ? item : JSON.stringify(item)).slice(0, 200)
}
