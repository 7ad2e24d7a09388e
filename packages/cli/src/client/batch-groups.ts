import type { FileEntry } from './shapes.ts'

/** Files that one child of a batch task gets together. */
export interface Group {
  value: string
  files: FileEntry[]
}

/** How a batch is split: by each file, or by what the files have in common. */
export type BatchBy = { type: 'ITEM' } | { type: 'CRITERIA'; criteria: string[] }

/** `item`, or one or several fields of files such as `metadata.sample_id`. */
export function batchByOf(words: readonly string[]): BatchBy {
  return words.length === 1 && /^item$/i.test(words[0]!) ? { type: 'ITEM' } : { type: 'CRITERIA', criteria: [...words] }
}

/**
 * The groups that a batch will have, in the order of their first files: what the server does when the task runs, shown
 * before. Files that lack a value come together in a group without one.
 */
export function groupsOf(files: readonly FileEntry[], by: BatchBy): Group[] {
  if (by.type === 'ITEM') return files.map(file => ({ value: file.name, files: [file] }))
  const groups = new Map<string, Group>()
  for (const file of files) {
    const values = by.criteria.map(criterion => fieldFor(file, criterion) ?? '')
    const key = JSON.stringify(values)
    const group = groups.get(key) ?? { value: values.join(', '), files: [] }
    group.files.push(file)
    groups.set(key, group)
  }
  return [...groups.values()]
}

function fieldFor(file: FileEntry, criterion: string): string | undefined {
  const [, key] = /^metadata\.(.+)$/.exec(criterion) ?? []
  if (key !== undefined) return file.metadata?.[key]
  const value = Reflect.get(file, criterion)
  return value === undefined ? undefined : String(value)
}
