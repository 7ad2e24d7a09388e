import type { Context } from '../../context.ts'
import type { Write } from '../../database/index.ts'
import { updateTransfer } from '../../database/transfers.ts'
import { ApiError } from '../../errors.ts'
import { type Destination, type DestinationCodes, destinationFor } from '../../files/destination.ts'
import type { OperationKind, Outcome, Work } from '../../operations/kind.ts'
import type { VolumeStore } from '../../storage/volumes/volume-store.ts'
import { asApiErrors } from '../api-errors.ts'
import { FolderWriter } from '../folder-writer.ts'
import { IMPORT, type ImportRequest, type TransferOperation } from './requests.ts'
import { beginTransfer, failTransfer, requireVolume, storeFor } from './steps.ts'

/** Objects that one transaction makes files of. */
const PAGE = 100

/** How far the import of a folder has come. */
interface Cursor {
  /** the last location that was taken */
  after: string
  /** the folder that everything is put below */
  folder: string
}

const CODES: DestinationCodes = {
  neither: 9011,
  malformed: 9011,
  noFolder: 9106,
  noProject: 9102,
  notFolder: 9106,
  forbidden: { folder: 9102, project: 9102 },
}

/**
 * Imports: one object, or page by page all that lies in a folder. A page's files and how far the import has come are one
 * transaction: after a crash it goes on behind the last page that was taken, and nothing is there twice.
 */
export const importKind: OperationKind<TransferOperation, Cursor, null> = {
  name: IMPORT,
  lane: 'bytes',
  items: () => 1,
  async step(context, work) {
    const request: ImportRequest = await beginTransfer(context, work.request.transfer)
    const store = await storeFor(context, work.username, request.volume, 'import')
    const job = { context, work, request, store }
    return request.location.endsWith('/') ? await importPage(job) : await importFile(job)
  },
  failed: (_context, tx, { request }, error) => failTransfer(tx, request.transfer, error),
}

interface Job {
  context: Context
  work: Work<TransferOperation, Cursor>
  request: ImportRequest
  store: VolumeStore
}

type Step = (tx: Write) => Promise<Outcome<Cursor, null>>

async function importFile({ context, work, request, store }: Job): Promise<Step> {
  const object = await asApiErrors('job', () => store.head(request.location))
  return async tx => {
    await requireVolume(tx, request.volume)
    const place = await destinationFor(tx, work.username, request.destination, CODES)
    const placing = placingFor(tx, context, request, place)
    const content = context.contents.addFromVolume(request.volume, object)
    const file = await placing.file(place.folder, request.destination.name, content)
    return await complete(tx, work, file)
  }
}

async function importPage({ context, work, request, store }: Job): Promise<Step> {
  const { location } = request
  const { cursor } = work
  const objects = await asApiErrors('job', () => store.page(location, cursor?.after, PAGE))
  if (objects.length === 0 && !cursor) throw new ApiError(9105, `there is nothing in ${location}.`, 'source.location')
  return async tx => {
    await requireVolume(tx, request.volume)
    const place = await destinationFor(tx, work.username, request.destination, CODES)
    const folder = cursor?.folder ?? (await topFolder(tx, context, request, place))
    if (objects.length === 0) return await complete(tx, work, folder)
    const placing = placingFor(tx, context, request, place)
    if (!(await placing.isThere(folder))) throw new ApiError(9106, 'The folder of the import is gone.')
    for (const object of objects) {
      const parts = object.location.slice(location.length).split('/')
      const name = parts.pop() ?? ''
      let parent = folder
      // without structure only the last part of a path counts
      if (request.preserve) for (const part of parts) parent = await placing.folder(parent, part)
      await placing.file(parent, name, context.contents.addFromVolume(request.volume, object))
    }
    return { cursor: { after: objects.at(-1)!.location, folder } }
  }
}

/** What was imported lands in a folder of its own, or in the one that is there; without structure right at the destination. */
async function topFolder(tx: Write, context: Context, request: ImportRequest, place: Destination): Promise<string> {
  if (!request.preserve) return place.folder
  return await placingFor(tx, context, request, place).folder(place.folder, request.destination.name)
}

function placingFor(tx: Write, context: Context, request: ImportRequest, { project }: Destination): FolderWriter {
  const conflict = request.autorename ? 'rename' : request.overwrite ? 'replace' : 'refuse'
  return new FolderWriter(tx, context, { project, conflict, taken: 9108, badName: 9018 })
}

async function complete(tx: Write, { request }: Work<TransferOperation>, result: string) {
  await updateTransfer(tx, request.transfer, { state: 'COMPLETED', result, finished: Date.now() })
  return { result: null }
}
