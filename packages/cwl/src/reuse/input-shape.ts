import { createHash } from 'node:crypto'
import { type Entry, isDirectory, isEntry, isFile, isRecord, nameOf } from '../files.ts'
import type { Value } from '../values.ts'
import { Content } from './exact-json.ts'

/** How a host's values name their bytes. */
export interface Sight {
  /** the id of the content at a location; undefined for what is none */
  contentAt(location: string): string | undefined
  /** the entries of a folder, whatever a tool sees of its listing */
  list(location: string): Entry[]
}

/** Keys of entries that say where they are, or follow from others. */
const APART = new Set(['class', 'location', 'path', 'dirname', 'basename', 'nameroot', 'nameext', 'size', 'contents'])
const OWN = new Set([...APART, 'format', 'metadata', 'secondaryFiles', 'listing'])

/**
 * What an input is, apart from where it lies: of a File name, bytes, executable bit, format and secondary files in their order; of a
 * Directory all that is in it, and what of that the tool sees. Other values are as they are.
 */
export function inputShape(value: Value, sight: Sight, withMetadata: boolean): unknown {
  if (Array.isArray(value)) return value.map(item => inputShape(item, sight, withMetadata))
  if (isEntry(value)) return entryShape(value, sight, withMetadata)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inputShape(item, sight, withMetadata)]))
}

function entryShape(entry: Entry, sight: Sight, withMetadata: boolean): unknown {
  const inside = (entries: Entry[]) => entries.map(item => entryShape(item, sight, withMetadata))
  const said = Object.entries(entry).filter(([key]) => !OWN.has(key))
  const common = {
    class: entry.class,
    basename: nameOf(entry),
    ...(withMetadata && entry.metadata ? { metadata: entry.metadata } : {}),
    ...(said.length > 0 ? { said: Object.fromEntries(said) } : {}),
  }
  if (isDirectory(entry)) {
    const { location, listing } = entry
    const isPlace = location !== undefined
    return {
      ...common,
      ...(isPlace ? { holds: inside(sight.list(location)) } : {}),
      ...(listing ? { listing: isPlace ? seen(listing) : inside(listing) } : {}),
    }
  }
  const { contents, format, secondaryFiles = [] } = entry
  return {
    ...common,
    ...bytesOf(entry, sight),
    ...(format === undefined ? {} : { format }),
    ...(contents === undefined ? {} : { contents: sha256(contents) }),
    ...(secondaryFiles.length > 0 ? { secondaryFiles: inside(secondaryFiles) } : {}),
  }
}

/** How deep a listing is loaded; what is in it is said already. */
function seen(listing: Entry[]): unknown {
  return listing.map(item => (isDirectory(item) && item.listing ? [nameOf(item), seen(item.listing)] : nameOf(item)))
}

/** The bytes of a File: of the host's content, or of the text that it is. */
export function bytesOf(file: Entry, sight: Pick<Sight, 'contentAt'>): { [key: string]: unknown } {
  const id = file.location === undefined ? undefined : sight.contentAt(file.location)
  if (id !== undefined) return { content: new Content(id) }
  return { sha256: sha256((isFile(file) && file.contents) || ''), executable: false }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
