import type { Hashed } from '../database/values.ts'
import { BOUNDS } from '../limits/table.ts'

/** Values that are remembered as stored. */
const MOST = BOUNDS.partsRemembered
/** Milliseconds: far under the time after which a value that nothing refers to is removed. */
const VALID = BOUNDS.partsMilliseconds

/** Parts of keys that this process has stored lately: most parts of a job are those of the job before, and need not be stored again. */
export class StoredParts {
  readonly #since = new Map<string, number>()

  missing(values: Hashed[]): Hashed[] {
    const now = Date.now()
    return values.filter(({ hash }) => now - (this.#since.get(hash) ?? 0) > VALID)
  }

  /** They are committed. */
  stored(values: Hashed[]): void {
    if (this.#since.size + values.length > MOST) this.#since.clear()
    const now = Date.now()
    for (const { hash } of values) this.#since.set(hash, now)
  }
}
