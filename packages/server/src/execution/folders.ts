import { type Directory, type Entry, isEntry, type JobPlan, type Value, type Values } from '@reprise/cwl'
import { isFolder } from '../domain/locations.ts'

type StageEntry = JobPlan['stage'][number]

/**
 * The folders of one task. In its rows a Directory that was a folder, of the project or of a job's work folder, has a location
 * of its own and its whole listing; for the engine it is the location alone, which can be listed, as a folder of a machine
 * is: a tool sees as much of the listing as it asked for and no more. A Directory without location is a literal, and its
 * listing is always seen.
 */
export class Folders {
  readonly #listings = new Map<string, Entry[]>()

  /** Values as the engine takes them: folders by location, without their listings. */
  named(values: Values): Values {
    return this.#map(values, directory => this.#name(directory))
  }

  /** Values as they are stored: folders whole. */
  whole(values: Values): Values {
    return this.#map(values, directory => this.#fill(directory))
  }

  /** The entries of a folder, folders among them by location; undefined when it is none of this task's. */
  list(location: string): Entry[] | undefined {
    return this.#listings.get(location)
  }

  /** The folder has other entries from now on. */
  replace(location: string, listing: Entry[]): void {
    this.#listings.set(
      location,
      listing.map(entry => this.#mapEntry(entry, inner => this.#name(inner))),
    )
  }

  /** A folder of the stage plan becomes what is in it. */
  expand(stage: StageEntry[]): StageEntry[] {
    return stage.flatMap(entry => {
      if (entry.type !== 'directory') return [entry]
      const { target, writable } = entry
      const inside = this.#known(entry.location).map((child): StageEntry => {
        const place = { location: child.location ?? '', target: `${target}/${child.basename}`, writable }
        return { type: child.class === 'File' ? 'file' : 'directory', ...place }
      })
      return [{ type: 'folder', target, writable } as const, ...this.expand(inside)]
    })
  }

  #name(directory: Directory): Directory {
    const { listing, ...rest } = directory
    if (listing === undefined) return directory
    const entries = listing.map(entry => this.#mapEntry(entry, inner => this.#name(inner)))
    if (!isFolder(directory.location)) return { ...directory, listing: entries }
    this.#listings.set(directory.location, entries)
    return rest
  }

  #fill(directory: Directory): Directory {
    const { location } = directory
    if (!isFolder(location)) {
      const listing = directory.listing?.map(entry => this.#mapEntry(entry, inner => this.#fill(inner)))
      return listing ? { ...directory, listing } : directory
    }
    const listing = this.#known(location).map(entry => this.#mapEntry(entry, inner => this.#fill(inner)))
    return { ...directory, listing }
  }

  #known(location: string): Entry[] {
    const entries = this.#listings.get(location)
    if (!entries) throw new Error(`${location} is no folder of this task`)
    return entries
  }

  #map(values: Values, change: (directory: Directory) => Directory): Values {
    const mapped = (value: Value): Value => {
      if (typeof value !== 'object' || value === null) return value
      if (Array.isArray(value)) return value.map(mapped)
      if (isEntry(value)) return this.#mapEntry(value, change)
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapped(inner)]))
    }
    return mapped(values as Value) as Values
  }

  #mapEntry(entry: Entry, change: (directory: Directory) => Directory): Entry {
    if (entry.class === 'Directory') return change(entry)
    const { secondaryFiles } = entry
    if (!secondaryFiles) return entry
    return { ...entry, secondaryFiles: secondaryFiles.map(other => this.#mapEntry(other, change)) }
  }
}
