import type { Context } from '../../context.ts'
import { findByName, findInProject, insertFile } from '../../database/files.ts'
import type { Write } from '../../database/index.ts'
import type { FileRow } from '../../database/schema.ts'
import { ApiError } from '../../errors.ts'
import type { Destination } from '../../files/destination.ts'
import { discardFile } from '../../files/edit.ts'
import { Names, shorten } from '../../files/free-names.ts'
import { fileName } from '../../files/names.ts'
import { newFileId } from '../../ids.ts'
import type { VolumeObject } from '../../storage/volumes/volume-store.ts'
import type { ImportRequest } from './requests.ts'

/**
 * Makes files of objects, inside one transaction. A name that is taken is refused, replaced or prefixed by a number, as the
 * import says; folders are made where they are not there, and used where they are.
 */
export class Placing {
  readonly #tx: Write
  readonly #context: Context
  readonly #request: ImportRequest
  readonly #project: string
  readonly #folders = new Map<string, string>()

  constructor(tx: Write, context: Context, request: ImportRequest, { project }: Destination) {
    this.#tx = tx
    this.#context = context
    this.#request = request
    this.#project = project
  }

  /** At a path below a folder; without structure only the last part of the path counts. */
  async below(folder: string, path: string, object: VolumeObject): Promise<string> {
    const parts = path.split('/')
    const name = parts.pop() ?? ''
    let parent = folder
    if (this.#request.preserve) for (const part of parts) parent = await this.folder(parent, part)
    return await this.file(parent, name, object)
  }

  async file(folder: string, name: string, object: VolumeObject): Promise<string> {
    const free = await this.#freeName(folder, fileName(name, 9018))
    const content = this.#context.contents.addFromVolume(this.#request.volume, object)
    const row = this.#row({ parent: folder, type: 'file', name: free, content: content.id, size: content.size })
    await this.#context.contents.hold(this.#tx, content, `file:${row.id}`)
    await insertFile(this.#tx, row)
    return row.id
  }

  /** The folder of this name, made when it is not there. */
  async folder(parent: string, name: string): Promise<string> {
    const key = `${parent}/${name}`
    const known = this.#folders.get(key)
    if (known !== undefined) return known
    const there = await findByName(this.#tx, parent, fileName(name, 9018))
    if (there?.type === 'file')
      throw new ApiError(9108, `a file called ${name} is where a folder is to be.`, 'destination')
    const id = there?.id ?? (await this.#makeFolder(parent, name))
    this.#folders.set(key, id)
    return id
  }

  async isThere(folder: string): Promise<boolean> {
    return (await findInProject(this.#tx, this.#project, [folder])).has(folder)
  }

  async #makeFolder(parent: string, name: string): Promise<string> {
    const row = this.#row({ parent, type: 'folder', name, content: null, size: null })
    await insertFile(this.#tx, row)
    return row.id
  }

  async #freeName(folder: string, name: string): Promise<string> {
    const there = await findByName(this.#tx, folder, name)
    if (!there) return name
    if (this.#request.autorename) {
      const names = new Names(this.#tx, folder)
      return shorten((await names.take([name])) + name)
    }
    if (!this.#request.overwrite || there.type === 'folder') {
      throw new ApiError(9108, `there is something called ${name} already.`, 'destination')
    }
    await discardFile(this.#context, this.#tx, there.id)
    return name
  }

  #row(fields: Pick<FileRow, 'parent' | 'type' | 'name' | 'content' | 'size'>): FileRow {
    const now = Date.now()
    return {
      id: newFileId(),
      project: this.#project,
      origin_task: null,
      tags: '[]',
      metadata: '{}',
      created: now,
      modified: now,
      ...fields,
    }
  }
}
