import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Client } from './api.ts'

/** A folder for local volumes, below which each gets a folder of its own. */
export class AllowedFolder {
  readonly path: string
  #count = 0

  private constructor(path: string) {
    this.path = path
  }

  static async make(): Promise<AllowedFolder> {
    return new AllowedFolder(await mkdtemp(join(tmpdir(), 'reprise-allowed-')))
  }

  /** A volume of a new folder with these files. */
  async volume(client: Client, files: { [path: string]: string | Buffer } = {}, more: object = {}) {
    const name = `local_${++this.#count}`
    const path = join(this.path, name)
    await mkdir(path)
    for (const [file, data] of Object.entries(files)) {
      await mkdir(dirname(join(path, file)), { recursive: true })
      await writeFile(join(path, file), data)
    }
    const answer = await client.post('/storage/volumes', { name, service: { type: 'local', path }, ...more })
    if (answer.status !== 201) throw new Error(answer.text)
    return { path, href: answer.body.href, id: answer.body.id }
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true })
  }
}
