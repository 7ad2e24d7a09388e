import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { newFileId } from '../ids.ts'
import type { DiskSpace } from './disk-space.ts'

const HOUR = 3_600_000
/** Milliseconds after which a folder that nobody has touched is one of a machine, or a start of one, that is no more. */
const DEAD = 24 * HOUR

/**
 * Small contents, which lie in rows, as files for jobs. They are not synced: after a crash of the machine one might be there
 * without its bytes. So each boot of the machine has a folder of its own, and those of earlier ones are removed: at once where
 * no other machine uses the same, else when no process has touched one for a day, as each does with its own once an hour.
 */
export class SmallFiles {
  readonly #cache: string
  readonly #shared: boolean
  readonly #room: DiskSpace
  #folder: Promise<string> | undefined
  #timer: NodeJS.Timeout | undefined

  /** @param shared other machines use the same folder: what is not of this boot may be theirs */
  constructor(cache: string, shared: boolean, room: DiskSpace) {
    this.#cache = cache
    this.#shared = shared
    this.#room = room
  }

  /** The path of a file with these bytes. Rejects with NoRoom. */
  async get(id: string, bytes: Uint8Array, executable: boolean): Promise<string> {
    this.#folder ??= this.#make()
    const path = join(await this.#folder, id)
    if (await fs.stat(path).catch(() => undefined)) return path
    const grant = await this.#room.grant(bytes.length)
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

  async close(): Promise<void> {
    await this.#folder?.catch(() => undefined)
    clearInterval(this.#timer)
  }

  /** Removes the file, if this boot has one. */
  async remove(id: string): Promise<void> {
    this.#folder ??= this.#make()
    await fs.rm(join(await this.#folder, id), { force: true })
  }

  async #make(): Promise<string> {
    const boot = (await fs.readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => 'boot')).trim()
    const folder = join(this.#cache, boot)
    await fs.mkdir(folder, { recursive: true })
    const keep = async () => {
      await fs.utimes(folder, new Date(), new Date())
      await this.#removeOthers(boot)
    }
    await keep()
    if (this.#shared) this.#timer = setInterval(() => void keep().catch(() => undefined), HOUR).unref() // again in an hour
    return folder
  }

  async #removeOthers(boot: string): Promise<void> {
    for (const name of await fs.readdir(this.#cache)) {
      if (name === boot) continue
      const path = join(this.#cache, name)
      const stats = await fs.stat(path).catch(() => undefined)
      const isDead = stats && (!this.#shared || stats.mtimeMs < Date.now() - DEAD)
      if (isDead) await fs.rm(path, { recursive: true, force: true })
    }
  }
}
