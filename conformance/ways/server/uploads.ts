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
    if (isFile(value) || isDirectory(value)) return this.#entry(value)
    return isRecord(value) ? this.values(value) : value
  }

  /** @param folder where it goes; beside the others of its own folder, or alone, when not given */
  async #entry(entry: File | Directory, folder?: string): Promise<Value> {
    if (isFile(entry)) return this.#file(entry, folder)
    if (entry.location !== undefined) {
      const path = await this.#tree(fileURLToPath(entry.location), folder ?? (await this.#newFolder()), nameOf(entry))
      return { class: 'Directory', path }
    }
    const listing: Value[] = []
    for (const inner of entry.listing ?? []) listing.push(await this.#entry(inner))
    return { class: 'Directory', basename: nameOf(entry), listing }
  }

  async #file(file: File, given?: string): Promise<Value> {
    const path = file.location === undefined ? undefined : fileURLToPath(file.location)
    const isOwn = path !== undefined && nameOf(file) === basename(path)
    const folder = given ?? (isOwn ? await this.#folder(dirname(path)) : await this.#newFolder())
    const id = path === undefined ? await this.#literal(file, folder) : await this.#bring(path, folder, nameOf(file))
    if (file.format !== undefined) {
      await this.#api.call('PUT', `/files/${id}/metadata`, { body: { cwl_format: file.format } })
    }
    if (isOwn && given === undefined) await this.#companions(path, folder)
    const secondaryFiles: Value[] = []
    for (const other of file.secondaryFiles ?? []) secondaryFiles.push(await this.#entry(other, folder))
    return { class: 'File', path: id, ...(secondaryFiles.length > 0 ? { secondaryFiles } : {}) }
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
    const folder = this.#folders.get(path) ?? this.#newFolder()
    this.#folders.set(path, folder)
    return folder
  }

  #newFolder(): Promise<string> {
    return this.#makeFolder({ project: this.#project }, crypto.randomUUID())
  }

  async #makeFolder(place: { project: string } | { parent: string }, name: string): Promise<string> {
    const { id } = await this.#api.post<{ id: string }>('/files', { body: { ...place, name, type: 'folder' } })
    return id
  }
}
