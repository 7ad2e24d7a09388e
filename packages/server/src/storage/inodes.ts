import type { LeftFile } from '@reprise/runner'
import type { NewContent } from '../database/contents.ts'

/** Files of one job by what they are on the disk: one that has several names enters the storage once. */
export class Inodes {
  readonly #taken = new Map<string, Promise<NewContent>>()

  /** The content of the file: the one that was taken under another name, or what `take` gives. */
  async once({ stats: { dev, ino, nlink } }: LeftFile, take: () => Promise<NewContent>): Promise<NewContent> {
    if (nlink === 1) return await take()
    const key = `${dev}/${ino}`
    const taken = this.#taken.get(key) ?? take()
    this.#taken.set(key, taken)
    return await taken
  }
}
