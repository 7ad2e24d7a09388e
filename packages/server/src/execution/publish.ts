import type { Directory, File, Value, Values } from '@reprise/cwl'
import { insertHolders } from '../database/contents.ts'
import type { Write } from '../database/index.ts'
import { findFolder, folderOrRoot, insertFiles, insertMetadata } from '../database/outputs.ts'
import type { FileRow } from '../database/schema.ts'
import { withFormat } from '../files/format.ts'
import { Names, shorten } from '../files/free-names.ts'
import { newFileId } from '../ids.ts'
import { contentOf } from './locations.ts'
import { inherited, type Metadata, textual } from './metadata.ts'
import { isDirectory, isFile } from './outputs.ts'
import type { ResolvedRecord } from './record.ts'

/** The task whose outputs they are. */
export interface Publisher {
  id: string
  project: string
  record: Pick<ResolvedRecord, 'inputs' | 'folder' | 'places'>
}

/**
 * Makes the task's outputs files of its project, in the folders that the record says, which are made when they are missing,
 * and gives the outputs as the API shows them: each File and Directory with `path`, the id of its new file. A name that
 * exists becomes `_1_name`; a file and its secondary files stay together. The same file named twice in the outputs becomes
 * one file in each folder. To be called inside the transaction that completes the task, so that there is never a file of a
 * task that is not complete.
 */
export async function publishOutputs(tx: Write, task: Publisher, outputs: Values): Promise<Values> {
  const root = await folderOrRoot(tx, task.record.folder, task.project)
  const publication = new Publication(tx, task)
  const published: Values = {}
  for (const [id, value] of Object.entries(outputs)) {
    const path = task.record.places?.[id] ?? task.record.places?.[''] ?? []
    const folder = entriesOf(value).length > 0 ? await publication.folderAt(root, path) : root
    published[id] = await publication.output(folder, value)
  }
  await publication.write(tx)
  return published
}

class Publication {
  readonly #tx: Write
  readonly #task: Publisher
  readonly #names = new Map<string, Names>()
  readonly #inherited: Metadata
  readonly #rows: FileRow[] = []
  readonly #metadata = new Map<string, Metadata>()
  readonly #published = new Map<string, Value>()
  readonly #folders = new Map<string, string>()

  constructor(tx: Write, task: Publisher) {
    this.#tx = tx
    this.#task = task
    this.#inherited = inherited(task.record.inputs)
  }

  /** The folder at this path below another one. A file of that name stands in nobody's way: the folder gets a prefix. */
  async folderAt(root: string, path: string[]): Promise<string> {
    let folder = root
    for (const name of path) {
      const key = `${folder}/${name}`
      const known = this.#folders.get(key) ?? (await findFolder(this.#tx, folder, name))
      folder = known ?? (await this.#makeFolder(folder, name))
      this.#folders.set(key, folder)
    }
    return folder
  }

  async #makeFolder(parent: string, name: string): Promise<string> {
    const prefix = await this.#namesIn(parent).take([name])
    return this.#row({ parent, type: 'folder', name: shorten(prefix + name), content: null, size: null }).id
  }

  async output(folder: string, value: Value): Promise<Value> {
    await this.#namesIn(folder).ask(entriesOf(value).flatMap(namesOf))
    return await this.#value(folder, value)
  }

  #namesIn(folder: string): Names {
    const names = this.#names.get(folder) ?? new Names(this.#tx, folder)
    this.#names.set(folder, names)
    return names
  }

  async write(tx: Write): Promise<void> {
    await insertFiles(tx, this.#rows)
    const holders = this.#rows.flatMap(({ id, content }) =>
      content ? [{ content, holder: `file:${id}`, until: null }] : [],
    )
    await insertHolders(tx, holders)
    const metadata = this.#rows.flatMap(({ id, parent }) =>
      Object.entries(this.#metadata.get(id) ?? {}).map(([key, value]) => ({
        folder: parent ?? '',
        key,
        value,
        file: id,
      })),
    )
    await insertMetadata(tx, metadata)
  }

  async #value(folder: string, value: Value): Promise<Value> {
    if (Array.isArray(value)) {
      const items: Value[] = []
      for (const item of value) items.push(await this.#value(folder, item))
      return items
    }
    if (isFile(value) || isDirectory(value)) return await this.#top(folder, value)
    if (typeof value !== 'object' || value === null) return value
    const published: Values = {}
    for (const [key, inner] of Object.entries(value)) published[key] = await this.#value(folder, inner)
    return published
  }

  /** What lies directly in a folder of the task's outputs. */
  async #top(folder: string, value: File | Directory): Promise<Value> {
    const identity = folder + identityOf(value)
    const known = this.#published.get(identity)
    if (known !== undefined) return known
    const prefix = await this.#namesIn(folder).take(namesOf(value))
    const published = this.#entry(value, folder, prefix)
    this.#published.set(identity, published)
    return published
  }

  /** @param otherwise metadata of a file that has none of its own */
  #entry(value: File | Directory, parent: string, prefix: string, otherwise = this.#inherited): Value {
    const name = shorten(prefix + nameOf(value))
    if (value.class === 'Directory') {
      const row = this.#row({ parent, type: 'folder', name, content: null, size: null })
      for (const child of value.listing ?? []) this.#entry(child, row.id, '')
      return { class: 'Directory', path: row.id, name }
    }
    const content = contentOf(value.location ?? '')
    const size = value.size ?? 0
    const metadata = withFormat(value.metadata ? textual(value.metadata) : otherwise, value.format)
    const row = this.#row({ parent, type: 'file', name, content, size, metadata: JSON.stringify(metadata) })
    this.#metadata.set(row.id, metadata)
    const file: Value = { class: 'File', path: row.id, name, size }
    const secondaryFiles = value.secondaryFiles?.map(each => this.#entry(each, parent, prefix, metadata))
    return secondaryFiles?.length ? { ...file, secondaryFiles } : file
  }

  #row(fields: Pick<FileRow, 'parent' | 'type' | 'name' | 'content' | 'size'> & { metadata?: string }): FileRow {
    const now = Date.now()
    const row: FileRow = {
      id: newFileId(),
      project: this.#task.project,
      origin_task: this.#task.id,
      tags: '[]',
      created: now,
      modified: now,
      ...fields,
      metadata: fields.metadata ?? '{}',
    }
    this.#rows.push(row)
    return row
  }
}

function entriesOf(value: Value): (File | Directory)[] {
  if (Array.isArray(value)) return value.flatMap(entriesOf)
  if (isFile(value) || isDirectory(value)) return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(entriesOf) : []
}

/** The same bytes under the same name, with the same belongings: what else expressions left on the value does not count. */
function identityOf(value: File | Directory): string {
  const inside = (value.class === 'File' ? value.secondaryFiles : value.listing) ?? []
  const { class: kind, location, metadata } = value
  const format = value.class === 'File' ? value.format : undefined
  return JSON.stringify([
    kind,
    nameOf(value),
    kind === 'File' ? location : null,
    metadata,
    format,
    inside.map(identityOf),
  ])
}

function namesOf(value: File | Directory): string[] {
  const secondary = value.class === 'File' ? (value.secondaryFiles ?? []) : []
  return [shorten(nameOf(value)), ...secondary.flatMap(namesOf)]
}

function nameOf(value: File | Directory): string {
  return value.basename ?? value.class.toLowerCase()
}
