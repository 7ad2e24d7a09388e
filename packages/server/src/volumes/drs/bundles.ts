import { createHash } from 'node:crypto'
import { ApiError } from '../../errors.ts'
import type { BundleEntry, DrsClient, DrsObject } from './client.ts'
import { parseDrsUri } from './hosts.ts'
import type { DrsRequest } from './requests.ts'

/** Entries of a bundle, with those of the bundles in it. */
export const MOST_ENTRIES = 5_000

/** A bundle that is being gone through. */
export interface OpenBundle {
  uri: string
  /** of its contents as they were when it was begun */
  sum: string
  /** the entries that lead to the contents that are meant: those of an entry may stand in it */
  path: number[]
  /** the folder that its entries go to */
  folder: string
  /** the next entry */
  at: number
}

/** Something of a bundle that is to be imported. */
export interface Leaf {
  uri: string
  /** the folder it goes to */
  folder: string
  name: string
}

/** An entry with contents of its own: a folder is to be made for it. */
export interface Inner {
  make: string
  folder: string
  bundle: Pick<OpenBundle, 'uri' | 'sum' | 'path'>
}

export type Bundles = (uri: string) => Promise<DrsObject>

const read = new WeakMap<DrsRequest, Map<string, DrsObject>>()

/** Bundles of one run of an operation, whose request is the same object in all its steps: each is asked for once. */
export function bundlesOf(request: DrsRequest, client: DrsClient): Bundles {
  const known = read.get(request) ?? new Map<string, DrsObject>()
  read.set(request, known)
  return async uri => {
    const { host, id } = parseDrsUri(uri)
    const object = known.get(uri) ?? (await client.object(host, id))
    known.set(uri, object)
    return object
  }
}

/** What is next, and the bundles that are open behind it; no `leaf` when there is nothing more. */
export async function nextOf(
  cursor: { open?: OpenBundle[] } | undefined,
  bundles: Bundles,
): Promise<{ leaf: Leaf | Inner | undefined; open: OpenBundle[] }> {
  const open = [...(cursor?.open ?? [])]
  for (let last = open.pop(); last; last = open.pop()) {
    const object = await bundles(last.uri)
    if (sumOf(object) !== last.sum) throw new ApiError(10225, `The bundle ${last.uri} has changed meanwhile.`)
    const entries = last.path.reduce<BundleEntry[]>((list, index) => list[index]?.contents ?? [], object.contents ?? [])
    const entry = entries[last.at]
    if (!entry) continue
    const { uri, sum, folder } = last
    const rest = last.at + 1 < entries.length ? [...open, { ...last, at: last.at + 1 }] : open
    if (entry.contents?.length) {
      return { leaf: { make: entry.name, folder, bundle: { uri, sum, path: [...last.path, last.at] } }, open: rest }
    }
    return { leaf: { uri: uriOf(entry, parseDrsUri(uri).host), folder, name: entry.name }, open: rest }
  }
  return { leaf: undefined, open: [] }
}

/** How many there are, at all depths. Throws ApiError 10225 for one that can not be found. */
export function countIn(entries: BundleEntry[]): number {
  let count = entries.length
  if (count > MOST_ENTRIES) throw new ApiError(10232, 'the bundle has too many entries.', 'drs_uri')
  for (const entry of entries) {
    if (entry.contents?.length) count += countIn(entry.contents) - 1
    else uriOf(entry, '')
  }
  return count
}

const sums = new WeakMap<DrsObject, string>()

/** What its entries are, in their order. */
export function sumOf(object: DrsObject): string {
  const sum =
    sums.get(object) ??
    createHash('sha256')
      .update(JSON.stringify(object.contents ?? []))
      .digest('hex')
  sums.set(object, sum)
  return sum
}

function uriOf({ name, id, drs_uri }: BundleEntry, host: string): string {
  const uri = drs_uri?.[0] ?? (id ? `drs://${host}/${encodeURIComponent(id)}` : undefined)
  if (!uri) throw new ApiError(10225, `${name} of the bundle has no id.`)
  return uri
}
