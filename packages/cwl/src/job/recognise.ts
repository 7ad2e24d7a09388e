import { type Entry, entriesIn, isDirectory, isFile, mapEntries, unlocated } from '../files.ts'
import { inParts } from '../parts.ts'
import type { Value } from '../values.ts'
import { knownIn } from './known.ts'

function madeUp(entry: Entry): Error {
  if (entry.path !== undefined) return new Error(`an expression made up a ${entry.class} at ${entry.path}`)
  return new Error(`an expression gave ${unlocated(entry)}`)
}

/**
 * A value made by an expression may name no files but those that the expression was given, or ones that it makes up with
 * their contents: otherwise a document could reach any file whose name it can guess. Entries known by their path alone
 * get their location.
 * @throws Error that names the entry
 */
export async function recognise(value: Value, given: Value): Promise<Value> {
  if (entriesIn(value).next().done) return value
  const { locations, byPath } = knownIn(given)

  const check = async (entry: Entry): Promise<Entry> => {
    if (entry.location !== undefined) {
      if (!locations.has(entry.location)) throw new Error(`an expression made up a ${entry.class} at ${entry.location}`)
    } else if (isFile(entry) ? entry.contents === undefined : entry.listing === undefined) {
      const source = byPath.get(entry.path)
      if (!source) throw madeUp(entry)
      return { ...source, ...entry, location: source.location } as Entry
    }
    if (isFile(entry) && entry.secondaryFiles) {
      return { ...entry, secondaryFiles: await inParts(entry.secondaryFiles, check) }
    }
    if (isDirectory(entry) && entry.listing) {
      return { ...entry, listing: await inParts(entry.listing, check) }
    }
    return entry
  }
  return mapEntries(value, check)
}
