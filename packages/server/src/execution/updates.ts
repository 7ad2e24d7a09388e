/**
 * Updates in place (InplaceUpdateRequirement): a job changes a file or folder that an earlier job of its task made, and the
 * jobs after it see the change under the old name. Bytes in the storage never change: for the rest of the task the old location
 * leads to what the job left. That is stored with the job's outputs, in one transaction, under a key that no output can have,
 * and taken up again when the job is recalled. Files of the project are never changed in this way.
 */
import { type Directory, entriesIn, type File, type JobPlan, type Value, type Values } from '@reprise/cwl'
import type { Folders } from './folders.ts'
import type { HeldContents } from './held-contents.ts'

const KEY = '#updates'

interface Update {
  /** location of what was there before */
  of: string
  now: File | Directory
}

export class Updates {
  readonly #folders: Folders
  readonly #held: HeldContents
  readonly #made = new Set<string>()
  readonly #current = new Map<string, string>()
  readonly #updated = new Set<string>()

  constructor(folders: Folders, held: HeldContents) {
    this.#folders = folders
    this.#held = held
  }

  /** Whether a job has changed in place what is at a location. */
  isUpdated(location: string): boolean {
    return this.#updated.has(location)
  }

  /** Where the bytes of a location are now. */
  latest(location: string): string {
    return this.#current.get(location) ?? location
  }

  /** The outputs with what the job changed in place, as it lies in its work folder: to be stored together. */
  gather(plan: JobPlan, outputs: Values): Values {
    const updates = plan.stage.flatMap(entry => {
      if (!('location' in entry) || !entry.inplace || !this.#made.has(entry.location)) return []
      const kind = entry.type === 'file' ? 'File' : 'Directory'
      return [{ of: entry.location, now: { class: kind, path: entry.target } } as Value]
    })
    return updates.length > 0 ? { ...outputs, [KEY]: updates } : outputs
  }

  /** Takes up what was stored, which the task holds from now on; gives the outputs alone, as the engine takes them. */
  settle(stored: Values): Values {
    this.#held.add(stored)
    const { [KEY]: updates = [], ...outputs } = stored
    for (const { of, now } of updates as unknown as Update[]) {
      this.#updated.add(of)
      if (now.class === 'File') this.#current.set(of, now.location ?? of)
      else this.#folders.replace(of, now.listing ?? [])
    }
    const named = this.#folders.named(outputs)
    for (const { location } of entriesIn(named, true)) if (location !== undefined) this.#made.add(location)
    return named
  }
}
