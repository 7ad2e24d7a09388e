import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Api } from '../../../packages/cli/src/client/api.ts'
import { downloadFile } from '../../../packages/cli/src/client/download.ts'
import { type FileEntry, type FileValue, isFileValue } from '../../../packages/cli/src/client/shapes.ts'

/** Brings a task's output files to this machine, and gives its outputs as an output object of CWL. */
export class Downloads {
  readonly #api: Api
  readonly #folder: string

  constructor(api: Api, folder: string) {
    this.#api = api
    this.#folder = folder
  }

  async values(values: object): Promise<object> {
    const result: { [key: string]: unknown } = {}
    for (const [key, value] of Object.entries(values)) result[key] = await this.#value(value)
    return result
  }

  async #value(value: unknown): Promise<unknown> {
    if (Array.isArray(value)) return Promise.all(value.map(item => this.#value(item)))
    if (isFileValue(value)) return this.#entry(value, await mkdtemp(join(this.#folder, 'output-')))
    return typeof value === 'object' && value !== null ? this.values(value) : value
  }

  async #entry({ path: id, secondaryFiles = [] }: FileValue, folder: string): Promise<object> {
    const file = await this.#api.get<FileEntry>(`/files/${id}`)
    const entry = await this.#fetch(file, folder)
    const others = []
    for (const other of secondaryFiles) others.push(await this.#entry(other, folder))
    return others.length > 0 ? { ...entry, secondaryFiles: others } : entry
  }

  async #fetch(file: FileEntry, folder: string): Promise<object> {
    const path = join(folder, file.name)
    const place = { location: pathToFileURL(path).href, path, basename: file.name }
    if (file.type === 'file') {
      await downloadFile(this.#api, file, path)
      const { cwl_format: format } = await this.#api.get<{ cwl_format?: string }>(`/files/${file.id}/metadata`)
      return { class: 'File', ...place, size: file.size, ...(format === undefined ? {} : { format }) }
    }
    await mkdir(path)
    const listing = []
    for (const inner of await this.#api.list<FileEntry>(`/files/${file.id}/list`)) {
      listing.push(await this.#fetch(await this.#api.get<FileEntry>(`/files/${inner.id}`), path))
    }
    return { class: 'Directory', ...place, listing }
  }
}
