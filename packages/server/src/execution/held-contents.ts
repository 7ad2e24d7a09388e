import type { Value } from '@reprise/cwl'
import { contentOf, isContent } from '../domain/locations.ts'

/**
 * The contents that a task may touch: those of its resolved record and those that its jobs made. A location names bytes and
 * gives no right to them: whatever else made it up, a document, an expression or a job, is refused here.
 */
export class HeldContents {
  readonly #locations = new Set<string>()

  /** @param values whose locations, at every depth, the task holds */
  constructor(...values: Value[]) {
    for (const value of values) this.add(value)
  }

  add(value: Value): void {
    for (const location of locationsIn(value)) if (isContent(location)) this.#locations.add(location)
  }

  has(location: string): boolean {
    return this.#locations.has(location)
  }

  /** The content's id. Throws for what the task does not hold. */
  contentOf(location: string): string {
    if (!this.has(location)) throw new Error(`${location} is not a file of this task`)
    return contentOf(location)
  }
}

/** Locations of all entries in the value, at every depth. */
export function locationsIn(value: Value): Set<string> {
  const locations = new Set<string>()
  const look = (inner: Value): void => {
    if (typeof inner !== 'object' || inner === null) return
    if (!Array.isArray(inner) && typeof inner.location === 'string') locations.add(inner.location)
    for (const each of Object.values(inner)) look(each)
  }
  look(value)
  return locations
}
