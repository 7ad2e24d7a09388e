import type { ErrorCode } from '@reprise/contract'
import type { Context } from '../context.ts'
import type { NewContent } from '../database/contents.ts'
import { findByName, findInProject, indexMetadata, insertFile } from '../database/files.ts'
import type { Write } from '../database/index.ts'
import { isReserved, RESERVED } from '../database/pending.ts'
import type { FileRow } from '../database/schema.ts'
import { fileHolder } from '../domain/holders.ts'
import { ApiError } from '../errors.ts'
import { discardFile } from '../files/edit.ts'
import { FreeNames, shorten } from '../files/free-names.ts'
import type { Metadata } from '../files/metadata.ts'
import { fileName } from '../files/names.ts'
import { newFileId } from '../ids.ts'

/** What becomes of a name that is taken. */
export type Conflict = 'refuse' | 'keep' | 'replace' | 'rename'

export interface FolderWriterOptions {
  project: string
  conflict: Conflict
  /** code when a name is taken */
  taken: ErrorCode
  /** code when it is none */
  badName: ErrorCode
  tags?: string[]
  metadata?: Metadata
}

/**
 * Makes files of contents that come from outside, inside one transaction. Folders are made where they are not there, and used
 * where they are; a file and a folder of one name are always in each other's way.
 */
export class FolderWriter {
  readonly #tx: Write
  readonly #context: Context
  readonly #options: FolderWriterOptions
  readonly #folders = new Map<string, string>()

  constructor(tx: Write, context: Context, options: FolderWriterOptions) {
    this.#tx = tx
    this.#context = context
    this.#options = options
  }

  /** The id of the new file, or of the one that is kept. */
  async file(folder: string, name: string, content: NewContent): Promise<string> {
    const { contents } = this.#context
    const wanted = fileName(name, this.#options.badName)
    const there = await findByName(this.#tx, folder, wanted)
    const { conflict, metadata = {} } = this.#options
    if (there && conflict === 'keep' && there.type === 'file') return there.id
    const free =
      there || (await isReserved(this.#tx, folder, wanted)) ? await this.#resolve(folder, wanted, there) : wanted
    const row = this.#row({ parent: folder, type: 'file', name: free, content: content.id, size: content.size })
    await contents.hold(this.#tx, content, fileHolder(row.id))
    await insertFile(this.#tx, row)
    if (Object.keys(metadata).length > 0) await indexMetadata(this.#tx, { id: row.id, parent: folder }, metadata)
    return row.id
  }

  /** The folder of this name, made when it is not there. */
  async folder(parent: string, name: string): Promise<string> {
    const key = `${parent}/${name}`
    const known = this.#folders.get(key)
    if (known !== undefined) return known
    const { taken, badName } = this.#options
    const there = await findByName(this.#tx, parent, fileName(name, badName))
    if (there?.type === 'file') throw new ApiError(taken, `a file called ${name} is where a folder is to be.`, 'name')
    if (!there && (await isReserved(this.#tx, parent, name))) throw new ApiError(taken, RESERVED, 'name')
    const id = there?.id ?? (await this.#makeFolder(parent, name))
    this.#folders.set(key, id)
    return id
  }

  async isThere(folder: string): Promise<boolean> {
    return (await findInProject(this.#tx, this.#options.project, [folder])).has(folder)
  }

  async #makeFolder(parent: string, name: string): Promise<string> {
    const row = this.#row({ parent, type: 'folder', name, content: null, size: null })
    await insertFile(this.#tx, row)
    return row.id
  }

  /** The name under which the new file may lie. */
  async #resolve(folder: string, name: string, there: FileRow | undefined): Promise<string> {
    const { conflict, taken } = this.#options
    if (conflict === 'rename') return shorten((await new FreeNames(this.#tx, folder).freePrefix([name])) + name)
    if (!there) throw new ApiError(taken, RESERVED, 'name')
    if (conflict !== 'replace' || there.type === 'folder') {
      throw new ApiError(taken, `there is something called ${name} already.`, 'name')
    }
    await discardFile(this.#context, this.#tx, there.id)
    return name
  }

  #row(fields: Pick<FileRow, 'parent' | 'type' | 'name' | 'content' | 'size'>): FileRow {
    const { project, tags = [], metadata = {} } = this.#options
    const now = Date.now()
    const isFile = fields.type === 'file'
    return {
      id: newFileId(),
      project,
      origin_task: null,
      tags: JSON.stringify(isFile ? tags : []),
      metadata: JSON.stringify(isFile ? metadata : {}),
      created: now,
      modified: now,
      ...fields,
    }
  }
}
