import { contentsOfParts, type KeyParts, keyOf } from '@reprise/cwl'
import type { Database } from '../database/index.ts'
import { listKeyless, setKey } from '../database/reuse.ts'
import { loadJson, storeHashed } from '../database/values.ts'
import { BOUNDS } from '../limits/table.ts'
import type { Contents } from '../storage/contents.ts'
import { ContentHashes } from './content-hashes.ts'
import { storedKey } from './keys.ts'

/** Jobs in one look. */
const JOBS = BOUNDS.lateKeys

/** Gives jobs their keys whose inputs were not hashed yet when they settled, beside what else there is to do. */
export class LateKeys {
  readonly #database: Database
  readonly #contents: Contents

  constructor(database: Database, contents: Contents) {
    this.#database = database
    this.#contents = contents
  }

  /** A job has settled without a key: it gets one when its contents are hashed. */
  settled(task: string, path: string, parts: KeyParts, user: string): void {
    // `fillAll` of the next start makes up for what fails here
    void this.#fill(task, path, parts, user).catch(() => undefined)
  }

  /** Those of before the start. Resolves when all were looked at. */
  async fillAll(): Promise<void> {
    let after = { task: '', path: '' }
    for (;;) {
      const jobs = await listKeyless(this.#database.read, after, JOBS)
      for (const { task, path, parts } of jobs) {
        const stored: KeyParts = JSON.parse(await loadJson(this.#database.read, parts!))
        await this.#fill(task, path, stored, '')
      }
      if (jobs.length < JOBS) return
      after = jobs.at(-1)!
    }
  }

  async #fill(task: string, path: string, parts: KeyParts, user: string): Promise<void> {
    const hashes = new ContentHashes(this.#database, this.#contents, user)
    await hashes.compute(contentsOfParts(parts))
    const key = keyOf(parts, id => hashes.get(id))
    if (!key) return
    await this.#database.write(async tx => {
      await storeHashed(tx, ...storedKey(key))
      await setKey(tx, task, path, key.hash)
    })
  }
}
