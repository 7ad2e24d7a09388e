import type { Directory, File, Value, Values } from '@reprise/cwl'
import { insertHolders } from '../database/contents.ts'
import type { Write } from '../database/index.ts'
import { findFolder, folderOrRoot, insertFiles, insertMetadata } from '../database/outputs.ts'
import type { FileMetadataRow, FileRow } from '../database/schema.ts'
import { fileHolder } from '../domain/holders.ts'
import { contentOf } from '../domain/locations.ts'
import type { ResolvedRecord } from '../domain/record.ts'
import { withFormat } from '../files/format.ts'
import { FreeNames, shorten } from '../files/free-names.ts'
import { newFileId } from '../ids.ts'
import { inheritedMetadata, type Metadata, textMetadata } from './metadata.ts'
import { isDirectory, isFile } from './outputs.ts'

/** The task whose outputs they are. */
export interface Publisher {
  id: string
  project: string
  record: Pick<ResolvedRecord, 'inputs' | 'folder' | 'places'>
}

/** Rows that a file comes to, with its content's holder, which may revive the content. */
const FILE = 3
/** Names that are asked for at one time. */
const NAMES = 400

/** What lies directly in a folder of the task's outputs, once for each folder, however often it is named. */
interface Top {
  /** folders below the one that the record says */
  path: string[]
  entry: File | Directory
}

/** A row of a file or folder, or one that it is found by. */
type Piece = { file: FileRow } | { metadata: FileMetadataRow }

/** What one transaction writes. */
interface Step {
  values: Value[]
  /** of the last one of those, what there was no room for */
  left: Piece[]
}

/**
 * Makes a task's outputs files of its project, in the folders that the record says, which are made when they are missing,
 * and gives the outputs as the API shows them: each File and Directory with `path`, the id of its new file. A name that
 * exists becomes `_1_name`; a file and its secondary files stay together. The same file named twice in the outputs becomes
 * one file in each folder.
 *
 * It goes by steps, each of which has a transaction of its own, or by a single one. A step that was not committed has changed
 * nothing: only `done` says that it was.
 */
export class Publication {
  /** rows that all of it comes to, at most */
  readonly size: number
  readonly #task: Publisher
  readonly #inherited: Metadata
  readonly #places: { [output: string]: string[] }
  readonly #outputs: Values
  readonly #tops = new Map<string, Top>()
  readonly #order: Top[]
  readonly #values: Value[] = []
  #left: Piece[] = []

  constructor(task: Publisher, outputs: Values) {
    this.#task = task
    this.#outputs = outputs
    this.#inherited = inheritedMetadata(task.record.inputs)
    const { places } = task.record
    this.#places = Object.fromEntries(Object.keys(outputs).map(id => [id, places?.[id] ?? places?.[''] ?? []]))
    for (const [id, value] of Object.entries(outputs)) {
      const path = this.#places[id]!
      for (const entry of entriesOf(value)) {
        const key = keyOf(path, entry)
        if (!this.#tops.has(key)) this.#tops.set(key, { path, entry })
      }
    }
    this.#order = [...this.#tops.values()]
    const folders = Object.values(this.#places).reduce((sum, path) => sum + path.length, 0)
    this.size = this.#order.reduce((sum, { entry }) => sum + this.#rowsOf(entry), folders)
  }

  get isDone(): boolean {
    return this.#left.length === 0 && this.#values.length === this.#order.length
  }

  /**
   * Writes what comes next, in the caller's transaction.
   * @param room rows
   * @param pending the task with which the files are to be seen (database/pending.ts); null: at once. Folders on the way to them
   *   are to be seen at once, since another task may have the same ones
   */
  async step(tx: Write, room: number, pending: string | null): Promise<Step> {
    const root = await folderOrRoot(tx, this.#task.record.folder, this.#task.project)
    const step: Step = { values: [], left: this.#left }
    const place = new FolderNames(tx, root, this.#task)
    const pieces: Piece[] = []
    let free = room
    const write = (waiting: Piece[]) => {
      let taken = 0
      while (taken < waiting.length && free >= weightOf(waiting[taken]!)) free -= weightOf(waiting[taken++]!)
      for (let index = 0; index < taken; index++) pieces.push(waiting[index]!)
      step.left = waiting.slice(taken)
    }
    write(this.#left)
    for (let next = this.#values.length; step.left.length === 0 && next < this.#order.length; next++) {
      const top = this.#order[next]!
      // a whole one comes in one step where it can
      const rows = this.#rowsOf(top.entry)
      if (rows > free && rows <= room) break
      const folder = await place.folderAt(top.path)
      const ahead = this.#order.slice(next, next + NAMES).filter(({ path }) => path === top.path)
      await place.lookUp(
        folder,
        ahead.flatMap(({ entry }) => namesOf(entry)),
      )
      const built = new Builder(this.#task)
      step.values.push(
        built.entry(top.entry, folder, await place.freePrefix(folder, namesOf(top.entry)), this.#inherited),
      )
      write(built.pieces)
    }
    await insertPieces(tx, pieces, pending)
    return step
  }

  /** The step was committed. */
  done({ values, left }: Step): void {
    this.#values.push(...values)
    this.#left = left
  }

  /** The outputs as the API shows them, when all of it is done. */
  outputs(): Values {
    const values = new Map([...this.#tops.keys()].map((key, index) => [key, this.#values[index]!]))
    const shown = (path: string[], value: Value): Value => {
      if (Array.isArray(value)) return value.map(item => shown(path, item))
      if (isFile(value) || isDirectory(value)) return values.get(keyOf(path, value))!
      if (typeof value !== 'object' || value === null) return value
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shown(path, inner)]))
    }
    return Object.fromEntries(Object.entries(this.#outputs).map(([id, value]) => [id, shown(this.#places[id]!, value)]))
  }

  #rowsOf(value: File | Directory): number {
    const inside = (value.class === 'File' ? value.secondaryFiles : value.listing) ?? []
    const own = value.class === 'File' ? FILE + Object.keys(value.metadata ?? this.#inherited).length + 1 : 1
    return inside.reduce((sum, entry) => sum + this.#rowsOf(entry), own)
  }
}

/** All of it in the caller's transaction, to be seen when that is committed. */
export async function publishOutputs(tx: Write, task: Publisher, outputs: Values): Promise<Values> {
  const publication = new Publication(task, outputs)
  publication.done(await publication.step(tx, Number.POSITIVE_INFINITY, null))
  return publication.outputs()
}

/** Folders and free names, as one transaction sees them. */
class FolderNames {
  readonly #tx: Write
  readonly #root: string
  readonly #task: Publisher
  readonly #folders = new Map<string, string>()
  readonly #names = new Map<string, FreeNames>()

  constructor(tx: Write, root: string, task: Publisher) {
    this.#tx = tx
    this.#root = root
    this.#task = task
  }

  /** The folder at this path. A file of that name stands in nobody's way: the folder gets a prefix. */
  async folderAt(path: string[]): Promise<string> {
    let folder = this.#root
    for (const name of path) {
      const key = `${folder}/${name}`
      folder = this.#folders.get(key) ?? (await findFolder(this.#tx, folder, name)) ?? (await this.#make(folder, name))
      this.#folders.set(key, folder)
    }
    return folder
  }

  async lookUp(folder: string, names: string[]): Promise<void> {
    await this.#namesIn(folder).lookUp(names)
  }

  async freePrefix(folder: string, names: string[]): Promise<string> {
    return await this.#namesIn(folder).freePrefix(names)
  }

  #namesIn(folder: string): FreeNames {
    const names = this.#names.get(folder) ?? new FreeNames(this.#tx, folder)
    this.#names.set(folder, names)
    return names
  }

  async #make(parent: string, name: string): Promise<string> {
    const free = shorten((await this.freePrefix(parent, [name])) + name)
    const row = rowOf(this.#task, { parent, type: 'folder', name: free, content: null, size: null })
    await insertFiles(this.#tx, [row])
    return row.id
  }
}

/** The rows of one of a task's outputs, and how the API shows it. */
class Builder {
  readonly pieces: Piece[] = []
  readonly #task: Publisher

  constructor(task: Publisher) {
    this.#task = task
  }

  /** @param otherwise metadata of a file that has none of its own */
  entry(value: File | Directory, parent: string, prefix: string, otherwise: Metadata): Value {
    const name = shorten(prefix + nameOf(value))
    if (value.class === 'Directory') {
      const row = this.#row({ parent, type: 'folder', name, content: null, size: null })
      for (const child of value.listing ?? []) this.entry(child, row.id, '', otherwise)
      return { class: 'Directory', path: row.id, name }
    }
    const content = contentOf(value.location ?? '')
    const size = value.size ?? 0
    const metadata = withFormat(value.metadata ? textMetadata(value.metadata) : otherwise, value.format)
    const row = this.#row({ parent, type: 'file', name, content, size, metadata: JSON.stringify(metadata) })
    for (const [key, text] of Object.entries(metadata)) {
      this.pieces.push({ metadata: { folder: parent, key, value: text, file: row.id } })
    }
    const file: Value = { class: 'File', path: row.id, name, size }
    const secondaryFiles = value.secondaryFiles?.map(each => this.entry(each, parent, prefix, metadata))
    return secondaryFiles?.length ? { ...file, secondaryFiles } : file
  }

  #row(fields: NewRow): FileRow {
    const file = rowOf(this.#task, fields)
    this.pieces.push({ file })
    return file
  }
}

type NewRow = Pick<FileRow, 'parent' | 'type' | 'name' | 'content' | 'size'> & { metadata?: string }

function rowOf(task: Publisher, fields: NewRow): FileRow {
  const now = Date.now()
  return {
    id: newFileId(),
    project: task.project,
    origin_task: task.id,
    tags: '[]',
    created: now,
    modified: now,
    ...fields,
    metadata: fields.metadata ?? '{}',
  }
}

function weightOf(piece: Piece): number {
  return 'file' in piece && piece.file.content !== null ? FILE : 1
}

async function insertPieces(tx: Write, pieces: Piece[], pending: string | null): Promise<void> {
  const files = pieces.flatMap(piece => ('file' in piece ? [piece.file] : []))
  await insertFiles(tx, files, pending)
  await insertHolders(
    tx,
    files.flatMap(({ id, content }) => (content ? [{ content, holder: fileHolder(id), until: null }] : [])),
  )
  await insertMetadata(
    tx,
    pieces.flatMap(piece => ('metadata' in piece ? [piece.metadata] : [])),
    pending,
  )
}

function keyOf(path: string[], entry: File | Directory): string {
  return JSON.stringify(path) + identityOf(entry)
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
