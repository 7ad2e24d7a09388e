import type { ContentHash } from '@reprise/cwl'
import type { Database } from '../database/index.ts'
import { findContentHashes } from '../database/reuse.ts'
import { BOUNDS } from '../limits/table.ts'
import type { Contents, NewContent } from '../storage/contents.ts'

/** Contents that are hashed at one time for one task. */
const AT_ONCE = BOUNDS.hashedForReuse

/** What contents of one task are, by their ids: looked up once, together, and remembered. */
export class ContentHashes {
  readonly #database: Database
  readonly #contents: Pick<Contents, 'sha256'>
  readonly #user: string
  readonly #known = new Map<string, ContentHash>()
  /** executable bits of those that have no hash yet */
  readonly #unhashed = new Map<string, boolean>()

  constructor(database: Database, contents: Pick<Contents, 'sha256'>, user: string) {
    this.#database = database
    this.#contents = contents
    this.#user = user
  }

  get(id: string): ContentHash | undefined {
    return this.#known.get(id)
  }

  /** Contents that a job has made. */
  made(contents: NewContent[]): void {
    for (const { id, sha256, executable } of contents) {
      if (sha256) this.#known.set(id, { sha256, executable: executable === 1 })
    }
  }

  /** Looks up those that are not known. */
  async find(ids: Iterable<string>): Promise<void> {
    const missing = [...ids].filter(id => !this.#known.has(id))
    if (missing.length === 0) return
    for (const { id, sha256, executable } of await findContentHashes(this.#database.read, missing)) {
      if (sha256) this.#known.set(id, { sha256, executable: executable === 1 })
      else this.#unhashed.set(id, executable === 1)
    }
  }

  /** The same, and computes what nobody has hashed yet. What can't be hashed stays unknown. */
  async compute(ids: Iterable<string>): Promise<void> {
    const wanted = new Set(ids)
    await this.find(wanted)
    const missing = [...wanted].filter(id => this.#unhashed.has(id) && !this.#known.has(id))
    let next = 0
    const one = async () => {
      while (next < missing.length) {
        const id = missing[next++]!
        const sha256 = await this.#contents.sha256(id, this.#user).catch(() => undefined)
        if (sha256) this.#known.set(id, { sha256, executable: this.#unhashed.get(id) === true })
        this.#unhashed.delete(id)
      }
    }
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, missing.length) }, one))
  }
}
