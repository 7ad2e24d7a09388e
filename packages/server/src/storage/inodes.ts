import * as fs from 'node:fs/promises'
import type { NewContent } from '../database/contents.ts'

/**
 * Files of one job by what they are on the disk: one that has several names enters the storage once. The look at the file is
 * not more than a hint, and nothing comes of one that was exchanged but another content of the same job.
 */
export class Inodes {
  readonly #taken = new Map<string, Promise<NewContent>>()

  /** The content of the file at `path`: the one that was taken under another name, or what `take` gives. */
  async once(path: string, take: () => Promise<NewContent>): Promise<NewContent> {
    const { dev, ino, nlink } = await fs.lstat(path)
    if (nlink === 1) return await take()
    const key = `${dev}/${ino}`
    const taken = this.#taken.get(key) ?? take()
    this.#taken.set(key, taken)
    return await taken
  }
}
