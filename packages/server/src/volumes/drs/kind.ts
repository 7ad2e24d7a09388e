import type { Context } from '../../context.ts'
import { findByName } from '../../database/files.ts'
import type { Write } from '../../database/index.ts'
import { ApiError } from '../../errors.ts'
import { type Destination, type DestinationCodes, destinationFor } from '../../files/destination.ts'
import { newMetadata } from '../../files/metadata.ts'
import type { OperationKind, Outcome, Work } from '../../operations/kind.ts'
import { FolderWriter } from '../folder-writer.ts'
import { requireVolume } from '../transfers/steps.ts'
import { bundlesOf, countIn, type Leaf, MOST_ENTRIES, nextOf, type OpenBundle, sumOf } from './bundles.ts'
import { DrsClient, type DrsObject } from './client.ts'
import { DrsHosts, parseDrsUri } from './hosts.ts'
import { type DrsRequest, IMPORT_DRS } from './requests.ts'
import { contentOf } from './source.ts'

interface Cursor {
  /** what came of the item as a whole */
  result: string
  /** the bundles that are being gone through, each in the one before it */
  open: OpenBundle[]
  seen: number
  /** what earlier versions kept: all that was still to be imported */
  waiting?: Leaf[]
}

const CODES: DestinationCodes = {
  neither: 10228,
  malformed: 10232,
  noFolder: 10222,
  noProject: 10213,
  notFolder: 10227,
  forbidden: { folder: 10221, project: 10210 },
}

/**
 * Imports by DRS. An object becomes a file; a bundle a folder, in which one entry is done in each step. The cursor says which
 * entry of which bundle is next, so it stays small however much a bundle has; the bundle is asked for again after a crash, and
 * must be the same then. The bytes are fetched before the transaction that makes the file, and fetched again after a crash.
 */
export const drsKind: OperationKind<DrsRequest, Cursor, { id: string }> = {
  name: IMPORT_DRS,
  lane: 'bytes',
  items: request => request.items.length,
  async step(context, work) {
    const item = work.request.items[work.item]!
    if (item.project && item.parent) throw new ApiError(10232, 'give project or parent, not both.', 'parent')
    // before anything is fetched
    const { folder: top } = await destinationFor(context.database.read, work.username, item, CODES)
    const metadata = newMetadata(item.metadata ?? {})
    const client = new DrsClient(new DrsHosts(context.settings.allowDrsHosts), work.signal)
    const bundles = bundlesOf(work.request, client)
    const [old, ...waiting] = work.cursor?.waiting ?? []
    const found = old ? { leaf: old, open: work.cursor!.open ?? [] } : await nextOf(work.cursor, bundles)
    const { leaf, open } = found
    if (leaf && 'make' in leaf) {
      return async tx => {
        const place = await destinationFor(tx, work.username, item, CODES)
        const placing = placingFor(tx, context, work, place, metadata)
        const folder = await placing.folder(leaf.folder, leaf.make)
        return outcome(work.cursor!, [...open, { ...leaf.bundle, folder, at: 0 }], waiting)
      }
    }
    if (work.cursor && !leaf) return async () => ({ result: { id: work.cursor!.result } })
    const uri = leaf?.uri ?? item.drs_uri
    const { host, id } = parseDrsUri(uri)
    const object = await client.object(host, id)
    const isBundle = (object.contents?.length ?? 0) > 0
    const count = isBundle ? countIn(object.contents!) : 0
    const name = leaf?.name ?? item.name ?? nameOf(object)
    const folder = leaf?.folder ?? top
    const kept = work.request.conflict === 'keep' ? await findByName(context.database.read, folder, name) : undefined
    const needed = !isBundle && kept?.type !== 'file'
    const content = needed ? await contentOf(context, client, work.username, host, object) : undefined
    return async tx => {
      if (content?.volume) await requireVolume(tx, content.volume)
      const place = await destinationFor(tx, work.username, item, CODES)
      const placing = placingFor(tx, context, work, place, metadata)
      const isKept = kept?.type === 'file'
      const made = isKept
        ? kept.id
        : content
          ? await placing.file(folder, name, content)
          : await placing.folder(folder, name)
      const seen = (work.cursor?.seen ?? 0) + (isKept ? 0 : count)
      if (seen > MOST_ENTRIES) throw new ApiError(10232, `the bundle has more than ${MOST_ENTRIES} entries.`, 'drs_uri')
      const inside = isBundle && !isKept ? [{ uri: uri!, sum: sumOf(object), path: [], folder: made, at: 0 }] : []
      return outcome({ result: made, open: [], ...work.cursor, seen }, [...open, ...inside], waiting)
    }
  },
}

function outcome(cursor: Cursor, open: OpenBundle[], waiting: Leaf[]): Outcome<Cursor, { id: string }> {
  const left = open.length > 0 || waiting.length > 0
  const { result, seen } = cursor
  return left
    ? { cursor: { result, seen, open, ...(waiting.length > 0 ? { waiting } : {}) } }
    : { result: { id: result } }
}

function placingFor(
  tx: Write,
  context: Context,
  { request }: Work<DrsRequest>,
  place: Destination,
  metadata: { [key: string]: string },
): FolderWriter {
  return new FolderWriter(tx, context, {
    project: place.project,
    conflict: request.conflict,
    taken: 10223,
    badName: 10235,
    tags: request.tags,
    metadata,
  })
}

function nameOf({ name, id }: DrsObject): string {
  return name?.split('/').at(-1) || id.split('/').at(-1) || id
}
