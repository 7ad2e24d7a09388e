import type { Budget } from '../budget.ts'
import { isDirectory, nameOf, splitName, withPath } from '../files.ts'
import type { FileAccess } from '../host.ts'
import { LIMITS } from '../limits.ts'
import type { CwlVersion, LoadListing } from '../model/process.ts'
import { MEANING } from '../model/version.ts'
import type { Directory, File } from '../values.ts'

/** Characters and values of a File or Directory, about: what is listed is counted before it is looked at. */
const [NAME, FIELDS] = [100, 8]

/**
 * A File with its contents, or without when they are not asked for (literals keep theirs, which are their bytes).
 * Larger files are an error from v1.2 on; before, contents are cut off.
 */
export async function loadContents(
  file: File,
  wanted: boolean,
  files: FileAccess,
  version: CwlVersion,
  budget?: Budget,
): Promise<File> {
  if (!wanted) return withoutContents(file)
  if (file.location === undefined) return file
  budget?.spend(Math.min(file.size ?? LIMITS.loadedContents, LIMITS.loadedContents), 1)
  const bytes = await files.read(file.location, LIMITS.loadedContents + 1)
  return { ...file, contents: decodeContents(bytes, file.basename ?? file.location, version) }
}

function withoutContents(file: File): File {
  if (file.location === undefined || file.contents === undefined) return file
  const { contents: _, ...rest } = file
  return rest
}

/** @throws Error when there are more bytes than may be loaded */
export function decodeContents(bytes: Uint8Array, name: string, version: CwlVersion): string {
  if (bytes.length > LIMITS.loadedContents && MEANING[version].longContents === 'refuse') {
    throw new Error(`loadContents: ${name} is larger than ${LIMITS.loadedContents} bytes`)
  }
  return new TextDecoder().decode(bytes.subarray(0, LIMITS.loadedContents))
}

/** A Directory with as much of its listing as asked for; a literal keeps its own. */
export async function loadListing(
  directory: Directory,
  wanted: LoadListing,
  files: FileAccess,
  budget?: Budget,
): Promise<Directory> {
  if (directory.location === undefined) return directory
  const { listing: known, ...bare } = directory
  if (wanted === 'no_listing') return bare
  const entries = known ?? (await files.list(directory.location))
  budget?.spend(entries.length * NAME, entries.length * FIELDS)
  const listing: (File | Directory)[] = []
  // one after the other: folders in folders are many
  for (const entry of entries) {
    const placed = directory.path === undefined ? entry : withPath(entry, `${directory.path}/${nameOf(entry)}`)
    const named = isDirectory(placed) ? placed : { ...placed, ...splitName(nameOf(placed)) }
    const deeper = wanted === 'deep_listing' ? wanted : 'no_listing'
    listing.push(isDirectory(named) ? await loadListing(named, deeper, files, budget) : named)
  }
  return { ...bare, listing }
}
