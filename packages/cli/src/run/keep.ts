/**
 * Moves what a job's outputs name out of its work folder, so that the folder can be used again: a run of many jobs then has
 * as many folders as jobs at one time, and its files are renamed and never copied. What lies in a folder that is an output too goes
 * with that folder.
 */
import { pathToFileURL } from 'node:url'
import { type Entry, entriesIn, isFile, mapEntries, type Values } from '@reprise/cwl'
import type { Left } from '@reprise/runner'

export interface Leftover {
  /** the outputs, with the paths that the job saw them at */
  outputs: Values
  /** the work folder as the job saw it */
  seen: string
  left: Pick<Left, 'moveTo'>
  /** paths whose bytes have their place elsewhere already */
  elsewhere: Map<string, string>
  /** a new place for something kept */
  newPath(): string
}

export function keepOutputs({ outputs, seen, left, elsewhere, newPath }: Leftover): Promise<Values> {
  const places = new Map(elsewhere)
  const paths = [...entriesIn(outputs, true)].flatMap(entry => entry.path ?? [])
  for (const path of new Set(paths.sort((a, b) => a.length - b.length))) {
    if (keptPath(places, path) !== undefined) continue
    const kept = newPath()
    left.moveTo(path.slice(seen.length + 1), kept)
    places.set(path, kept)
  }
  return mapEntries(outputs, entry => locate(entry, places)) as Promise<Values>
}

/** Where a path, or the folder that it lies in, was moved to. */
function keptPath(places: Map<string, string>, path: string): string | undefined {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    const place = places.get(path.slice(0, end))
    if (place !== undefined) return place + path.slice(end)
  }
  return undefined
}

/** A folder that has its place can be listed whenever that is needed. */
async function locate(entry: Entry, places: Map<string, string>): Promise<Entry> {
  const { path, ...rest } = entry
  const place = path === undefined ? undefined : keptPath(places, path)
  const located: Entry = place === undefined ? rest : { ...rest, location: pathToFileURL(place).href }
  const inside = (entries: Entry[]) => Promise.all(entries.map(other => locate(other, places)))
  if (isFile(located)) {
    const { secondaryFiles } = located
    return secondaryFiles ? { ...located, secondaryFiles: await inside(secondaryFiles) } : located
  }
  const { listing, ...bare } = located
  return place !== undefined || !listing ? bare : { ...bare, listing: await inside(listing) }
}
