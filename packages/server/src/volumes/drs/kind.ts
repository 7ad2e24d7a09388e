import type { Context } from '../../context.ts'
import type { NewContent } from '../../database/contents.ts'
import { findByName } from '../../database/files.ts'
import type { Write } from '../../database/index.ts'
import { ApiError } from '../../errors.ts'
import { type Destination, type DestinationCodes, destinationFor } from '../../files/destination.ts'
import { newMetadata } from '../../files/metadata.ts'
import type { OperationKind, Outcome, Work } from '../../operations/kind.ts'
import { Placing } from '../placing.ts'
import { requireVolume } from '../transfers/job.ts'
import { type BundleEntry, DrsClient, type DrsObject } from './client.ts'
import { DrsHosts, parseDrsUri } from './hosts.ts'
import { type DrsRequest, IMPORT_DRS } from './requests.ts'
import { contentOf } from './source.ts'

/** Entries of a bundle, with those of the bundles in it. */
const MOST_ENTRIES = 5_000

/** Something of a bundle that is still to be imported. */
interface Waiting {
  uri: string
  /** the folder it goes to */
  folder: string
  name: string
}

interface Cursor {
  /** what came of the item as a whole */
  result: string
  waiting: Waiting[]
  seen: number
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
 * Imports by DRS. An object becomes a file; a bundle a folder, in which one entry is done in each step: what is still to be done
 * lies in the cursor. The bytes are fetched before the transaction that makes the file, and fetched again after a crash.
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
    const [next, ...rest] = work.cursor?.waiting ?? []
    if (work.cursor && !next) throw new Error('a bundle without entries has ended already')
    const uri = next?.uri ?? item.drs_uri
    const { host, id } = parseDrsUri(uri)
    const client = new DrsClient(new DrsHosts(context.settings.allowDrsHosts), work.signal)
    const object = await client.object(host, id)
    const name = next?.name ?? item.name ?? nameOf(object)
    const folder = next?.folder ?? top
    const kept = work.request.conflict === 'keep' ? await findByName(context.database.read, folder, name) : undefined
    const needed = !object.contents?.length && kept?.type !== 'file'
    const content = needed ? await contentOf(context, client, work.username, host, object) : undefined
    return async tx => {
      if (content?.volume) await requireVolume(tx, content.volume)
      const place = await destinationFor(tx, work.username, item, CODES)
      const placing = placingFor(tx, context, work, place, metadata)
      const made =
        kept?.type === 'file'
          ? { id: kept.id, waiting: [] }
          : await take(placing, { folder, name, content, object, host })
      const result = work.cursor?.result ?? made.id
      const waiting = [...made.waiting, ...rest]
      const seen = (work.cursor?.seen ?? 0) + made.waiting.length
      if (seen > MOST_ENTRIES) throw new ApiError(10232, `the bundle has more than ${MOST_ENTRIES} entries.`, 'drs_uri')
      const outcome: Outcome<Cursor, { id: string }> =
        waiting.length > 0 ? { cursor: { result, waiting, seen } } : { result: { id: result } }
      return outcome
    }
  },
}

function placingFor(
  tx: Write,
  context: Context,
  { request }: Work<DrsRequest>,
  place: Destination,
  metadata: { [key: string]: string },
): Placing {
  return new Placing(tx, context, {
    project: place.project,
    conflict: request.conflict,
    taken: 10223,
    badName: 10235,
    tags: request.tags,
    metadata,
  })
}

interface Taken {
  folder: string
  name: string
  /** of a bundle there is none */
  content: NewContent | undefined
  object: DrsObject
  host: string
}

async function take(placing: Placing, { folder, name, content, object, host }: Taken) {
  if (content) return { id: await placing.file(folder, name, content), waiting: [] }
  const id = await placing.folder(folder, name)
  return { id, waiting: await waitingIn(placing, id, object.contents ?? [], host) }
}

/** Entries that have contents of their own are folders at once; the others are asked for one by one. */
async function waitingIn(placing: Placing, folder: string, entries: BundleEntry[], host: string): Promise<Waiting[]> {
  const waiting: Waiting[] = []
  if (entries.length > MOST_ENTRIES) throw new ApiError(10232, 'the bundle has too many entries.', 'drs_uri')
  for (const { name, id, drs_uri, contents } of entries) {
    if (contents?.length) {
      waiting.push(...(await waitingIn(placing, await placing.folder(folder, name), contents, host)))
      continue
    }
    const uri = drs_uri?.[0] ?? (id ? `drs://${host}/${encodeURIComponent(id)}` : undefined)
    if (!uri) throw new ApiError(10225, `${name} of the bundle has no id.`)
    waiting.push({ uri, folder, name })
  }
  return waiting
}

function nameOf({ name, id }: DrsObject): string {
  return name?.split('/').at(-1) || id.split('/').at(-1) || id
}
