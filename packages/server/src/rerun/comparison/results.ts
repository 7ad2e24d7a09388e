import { type Directory, type File, isRecord, type Value, type Values } from '@reprise/cwl'
import { parseJson } from '@reprise/cwl/json'
import { findByIds, findChildren } from '../../database/files.ts'
import type { Queries } from '../../database/index.ts'
import type { FileRow, TaskRow } from '../../database/schema.ts'
import { loadJson } from '../../database/values.ts'
import { locationOf } from '../../domain/locations.ts'
import { classOf } from '../../tasks/values.ts'

/** The outputs of a task by content, and as the API shows them. */
export interface Result {
  values: Values
  shown: Values
}

/** Entries of a folder that are looked at, of a task from before its outputs by content were kept. */
const MOST_ENTRIES = 10_000

export async function resultOf(db: Queries, task: TaskRow): Promise<Result> {
  const shown: Values = parseJson(await loadJson(db, task.outputs))
  if (task.result !== null) return { values: parseJson(await loadJson(db, task.result)), shown }
  if (task.status !== 'COMPLETED') return { values: {}, shown: {} }
  const ids = new Set<string>()
  filesIn(shown, ids)
  const rows = new Map((await findByIds(db, [...ids])).map(row => [row.id, row]))
  return { values: (await fromRows(db, shown, rows)) as Values, shown }
}

function filesIn(value: unknown, found: Set<string>): void {
  if (typeof value !== 'object' || value === null) return
  if (isRecord(value) && classOf(value) && typeof value.path === 'string') found.add(value.path)
  for (const inner of Object.values(value)) filesIn(inner, found)
}

/** The same value with contents in the place of files; a file that was deleted is one whose content nobody knows. */
async function fromRows(db: Queries, value: Value, rows: Map<string, FileRow>): Promise<Value> {
  if (Array.isArray(value)) return await Promise.all(value.map(item => fromRows(db, item, rows)))
  if (!isRecord(value)) return value
  const { path } = value
  if (!classOf(value) || typeof path !== 'string') {
    const fields = Object.entries(value).map(async ([key, item]) => [key, await fromRows(db, item, rows)] as const)
    return Object.fromEntries(await Promise.all(fields))
  }
  const basename = typeof value.name === 'string' ? value.name : path
  const row = rows.get(path)
  if (value.class === 'Directory') return await folder(db, { id: path, name: basename }, 0)
  const others = Array.isArray(value.secondaryFiles) ? await fromRows(db, value.secondaryFiles, rows) : undefined
  return {
    ...(row ? fileOf(row) : { class: 'File', basename }),
    ...(others ? { secondaryFiles: others } : {}),
  } as Value
}

function fileOf(row: FileRow): File {
  return { class: 'File', location: locationOf(row.content!), basename: row.name, size: row.size ?? 0 }
}

async function folder(db: Queries, { id, name }: Pick<FileRow, 'id' | 'name'>, depth: number): Promise<Directory> {
  const children = depth < 100 ? await findChildren(db, [id], MOST_ENTRIES) : []
  const listing = children.map(child => (child.type === 'folder' ? folder(db, child, depth + 1) : fileOf(child)))
  return { class: 'Directory', basename: name, listing: await Promise.all(listing) }
}
