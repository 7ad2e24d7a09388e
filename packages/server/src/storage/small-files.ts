import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { newFileId } from '../ids.ts'
import type { Room } from './room.ts'

/**
 * Small contents, which lie in rows, as files for jobs. They are not synced: after a crash of the machine one might be there
 * without its bytes. So each boot of the machine has a folder of its own, and those of earlier ones are removed.
 */
export class SmallFiles {
  readonly #cache: string
  readonly #shared: boolean
  readonly #room: Room
  #folder: Promise<string> | undefined

  /** @param shared other machines use the same folder: what is not of this boot may be theirs */
  constructor(cache: string, shared: boolean, room: Room) {
    this.#cache = cache
    this.#shared = shared
    this.#room = room
  }

  /** The path of a file with these bytes. Rejects with NoRoom. */
  async get(id: string, bytes: Uint8Array, executable: boolean): Promise<string> {
    this.#folder ??= this.#make()
    const path = join(await this.#folder, id)
    if (await fs.stat(path).catch(() => undefined)) return path
    const grant = await this.#room.take(bytes.length)
    const temporary = `${path}.${newFileId()}`
    try {
      await fs.writeFile(temporary, bytes, { mode: executable ? 0o555 : 0o444 })
      await fs.rename(temporary, path)
      return path
    } catch (error) {
      await fs.rm(temporary, { force: true })
      throw error
    } finally {
      grant.end()
    }
  }

  /** Removes the file, if this boot has one. */
  async remove(id: string): Promise<void> {
    this.#folder ??= this.#make()
    await fs.rm(join(await this.#folder, id), { force: true })
  }

  async #make(): Promise<string> {
    const boot = (await fs.readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => 'boot')).trim()
    const earlier = this.#shared ? [] : await fs.readdir(this.#cache).catch(() => [])
    for (const name of earlier)
      if (name !== boot) await fs.rm(join(this.#cache, name), { recursive: true, force: true })
    const folder = join(this.#cache, boot)
    await fs.mkdir(folder, { recursive: true })
    return folder
  }
}
