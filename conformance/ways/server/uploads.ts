import { readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Api } from '../../../packages/cli/src/client/api.ts'
import { uploadFile } from '../../../packages/cli/src/client/upload.ts'
import { type Directory, type File, isDirectory, isFile, isRecord, nameOf } from '../../../packages/cwl/src/index.ts'
import type { Value, Values } from '../../../packages/cwl/src/values.ts'

/**
 * Brings the files of an input object into a project, and gives the input object as the API takes it. What lies in one folder
 * here lies in one folder there, and what begins as a file's name comes with it: secondary files are found beside it.
 */
export class Uploads {
  readonly #api: Api
  readonly #project: string
  readonly #folders = new Map<string, Promise<string>>()
  readonly #files = new Map<string, Promise<string>>()

  constructor(api: Api, project: string) {
    this.#api = api
    this.#project = project
  }

  async values(values: Values): Promise<Values> {
    const pairs = Object.entries(values).map(async ([key, value]) => [key, await this.#value(value)] as const)
    return Object.fromEntries(await Promise.all(pairs))
  }

  async #value(value: Value): Promise<Value> {
    if (Array.isArray(value)) return Promise.all(value.map(item => this.#value(item)))
    if (isFile(value)) return this.#reference('File', await this.#file(value), value)
    if (isDirectory(value)) return this.#reference('Directory', await this.#directory(value))
    return isRecord(value) ? this.values(value) : value
  }

  #reference(kind: 'File' | 'Directory', path: string, _file?: File): Value {
    return { class: kind, path }
  }

  async #file(file: File): Promise<string> {
    if (file.location === undefined) return this.#literal(file, await this.#newFolder(this.#project))
    const path = fileURLToPath(file.location)
    const isRenamed = file.basename !== undefined && file.basename !== basename(path)
    const folder = isRenamed ? await this.#newFolder(this.#project) : await this.#folder(dirname(path))
    const id = await this.#bring(path, folder, file.basename ?? basename(path))
    await this.#companions(path, folder)
    for (const other of file.secondaryFiles ?? []) await this.#beside(other, folder)
    return id
  }

  /** Files and folders whose names begin as this one's, up to its first dot. */
  async #companions(path: string, folder: string): Promise<void> {
    const [root = ''] = basename(path).split('.')
    for (const name of await readdir(dirname(path))) {
      if (name === basename(path) || root === '' || !name.startsWith(root)) continue
      const other = join(dirname(path), name)
      if ((await stat(other)).isDirectory()) await this.#tree(other, folder)
      else await this.#bring(other, folder, name)
    }
  }

  async #beside(entry: File | Directory, folder: string): Promise<void> {
    if (isDirectory(entry)) await this.#directory(entry, folder)
    else if (entry.location === undefined) await this.#literal(entry, folder)
    else await this.#bring(fileURLToPath(entry.location), folder, nameOf(entry))
  }

  async #directory(directory: Directory, parent?: string): Promise<string> {
    const folder = parent ?? (await this.#newFolder(this.#project))
    if (directory.location !== undefined)
      return this.#tree(fileURLToPath(directory.location), folder, nameOf(directory))
    const id = await this.#makeFolder({ parent: folder }, nameOf(directory))
    for (const entry of directory.listing ?? []) await this.#beside(entry, id)
    return id
  }

  /** A folder with everything in it. */
  async #tree(path: string, parent: string, name = basename(path)): Promise<string> {
    const id = await this.#makeFolder({ parent }, name)
    for (const entry of await readdir(path)) {
      const inner = join(path, entry)
      if ((await stat(inner)).isDirectory()) await this.#tree(inner, id)
      else await this.#bring(inner, id, entry)
    }
    return id
  }

  async #literal(file: File, folder: string): Promise<string> {
    const path = join(tmpdir(), `reprise-literal-${crypto.randomUUID()}`)
    await writeFile(path, file.contents ?? '')
    try {
      return await this.#bring(path, folder, file.basename ?? 'literal')
    } finally {
      await rm(path)
    }
  }

  #bring(path: string, folder: string, name: string): Promise<string> {
    const key = `${folder}/${name}`
    const id = this.#files.get(key) ?? uploadFile(this.#api, path, { parent: folder }, { name }).then(file => file.id)
    this.#files.set(key, id)
    return id
  }

  /** The folder of the project that stands for one of this machine. */
  #folder(path: string): Promise<string> {
    const folder = this.#folders.get(path) ?? this.#newFolder(this.#project)
    this.#folders.set(path, folder)
    return folder
  }

  #newFolder(project: string): Promise<string> {
    return this.#makeFolder({ project }, crypto.randomUUID())
  }

  async #makeFolder(place: { project: string } | { parent: string }, name: string): Promise<string> {
    const { id } = await this.#api.post<{ id: string }>('/files', { body: { ...place, name, type: 'folder' } })
    return id
  }
}
