import type { Database } from '../database/index.ts'
import { listJobsAt, setDigests } from '../database/job-pages.ts'
import type { Contents, NewContent } from '../storage/contents.ts'
import { digestsOf, isUndigested } from './digests.ts'

/** Jobs whose digests one transaction writes. */
const ROWS = 300
/** Milliseconds that a digest waits for others. */
const PATIENCE = 500

/**
 * Fills in the digests of jobs that have settled, beside what else there is to do: no task waits for them. What is not filled in
 * (the server stopped; bytes of an input have no hash yet) is computed when it is asked for.
 */
export class DigestFiller {
  readonly #database: Database
  readonly #contents: Contents
  readonly #due = new Map<string, Set<string>>()
  #timer: NodeJS.Timeout | undefined

  constructor(database: Database, contents: Contents) {
    this.#database = database
    this.#contents = contents
  }

  /**
   * A job has settled: its digests are due when the last of what it made is hashed.
   * @param user in whose turns it is hashed
   */
  jobSettled(task: string, path: string, made: NewContent[], user: string): void {
    const missing = made.filter(content => !content.sha256).map(content => this.#contents.sha256(content.id, user))
    if (missing.length === 0) this.#add(task, path)
    // what can't be hashed leaves its job without a digest
    else Promise.allSettled(missing).then(() => this.#add(task, path))
  }

  #add(task: string, path: string): void {
    const paths = this.#due.get(task) ?? new Set()
    paths.add(path)
    this.#due.set(task, paths)
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.#fill()
    }, PATIENCE)
    this.#timer.unref()
  }

  async #fill(): Promise<void> {
    for (const [task, paths] of this.#due) {
      const some = [...paths].slice(0, ROWS)
      for (const path of some) paths.delete(path)
      if (paths.size === 0) this.#due.delete(task)
      // a database in trouble: they are computed when they are asked for
      await this.#write(task, some).catch(() => undefined)
    }
    if (this.#due.size > 0) await this.#fill()
  }

  async #write(task: string, paths: string[]): Promise<void> {
    const jobs = (await listJobsAt(this.#database.read, task, paths)).filter(isUndigested)
    const digests = await digestsOf(this.#database.read, jobs)
    if (digests.length > 0) await this.#database.write(tx => setDigests(tx, task, digests))
  }
}
