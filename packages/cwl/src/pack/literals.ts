import type { Fetcher } from '../document/fetch.ts'
import type { TreeMap } from '../document/tree.ts'
import { unescaped } from '../files.ts'
import { LIMITS } from '../limits.ts'
import { DocumentError } from '../problem.ts'

/** A File or Directory of the packed document and the URI of what it names. */
export interface Named {
  entry: TreeMap
  uri: string
}

/** Puts what the entry names in its place: a file's text, or a folder's whole listing. */
export async function makeLiteral({ entry, uri }: Named, fetcher: Fetcher, depth = 0): Promise<void> {
  entry.basename ??= lastName(uri)
  if (entry.class === 'Directory') entry.listing = await listingOf(uri, fetcher, depth)
  else entry.contents = await textOf(uri, fetcher)
  delete entry.location
  delete entry.path
}

/** A secondary file of a default that may be there: text as the default itself, or it is left out. */
export async function addCompanion({ entry, uri }: Named, fetcher: Fetcher): Promise<void> {
  if ((await fetcher.read(uri).catch(() => undefined)) === undefined) return
  const companion: TreeMap = { class: 'File' }
  await makeLiteral({ entry: companion, uri }, fetcher)
  entry.secondaryFiles = [...(Array.isArray(entry.secondaryFiles) ? entry.secondaryFiles : []), companion]
}

async function textOf(uri: string, fetcher: Fetcher): Promise<string> {
  const contents = await fetcher.read(uri).catch(error => {
    throw failure(error instanceof Error ? error.message : String(error))
  })
  if (Buffer.byteLength(contents) > LIMITS.literal) {
    throw failure(`${uri} is larger than 1 MiB and can't be packed: make it an input without a default`)
  }
  if (contents.includes('\uFFFD') || contents.includes('\0')) {
    throw failure(`${uri} is not text and can't be packed: make it an input without a default`)
  }
  return contents
}

async function listingOf(uri: string, fetcher: Fetcher, depth: number): Promise<TreeMap[]> {
  if (depth > LIMITS.literalFolders)
    throw failure(`${uri}: folders are nested deeper than ${LIMITS.literalFolders} levels`)
  const names = await fetcher.list?.(uri)
  if (!names) throw failure(`${uri} is no folder that can be packed`)
  const base = uri.endsWith('/') ? uri : `${uri}/`
  return Promise.all(
    names.map(async name => {
      const isFolder = name.endsWith('/')
      const entry: TreeMap = { class: isFolder ? 'Directory' : 'File' }
      const target = base + encodeURIComponent(isFolder ? name.slice(0, -1) : name)
      await makeLiteral({ entry, uri: target }, fetcher, depth + 1)
      return entry
    }),
  )
}

function lastName(uri: string): string {
  const path = uri.replace(/\/+$/, '')
  return unescaped(path.slice(path.lastIndexOf('/') + 1))
}

export const failure = (message: string) => new DocumentError([{ message, severity: 'error' }])
