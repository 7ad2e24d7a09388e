import type { Context } from '../../context.ts'
import { getContent } from '../../database/contents.ts'
import { type FoundFile, findFile, updateFile } from '../../database/files.ts'
import type { Queries, Write } from '../../database/index.ts'
import type { ContentRow, VolumeRow } from '../../database/schema.ts'
import { getTransfer, updateTransfer } from '../../database/transfers.ts'
import { getVolume } from '../../database/volumes.ts'
import { fileHolder, transferHolder } from '../../domain/holders.ts'
import { ApiError } from '../../errors.ts'
import type { OperationKind, Work } from '../../operations/kind.ts'
import { mayRead } from '../../rights/authorise.ts'
import type { Service } from '../../storage/volumes/service.ts'
import type { StoreProperties, VolumeObject, VolumeStore } from '../../storage/volumes/volume-store.ts'
import { asApiErrors } from '../api-errors.ts'
import { EXPORT, type ExportRequest, type TransferOperation } from './requests.ts'
import { mayExport, requireExportable } from './start-export.ts'
import { beginTransfer, failTransfer, requireVolume, storeFor } from './steps.ts'

/**
 * Exports: the bytes go to the volume first, in a way that bears being begun again (storage/volumes); then one transaction
 * lets the file lie there and lets go of the bytes here. The content is a new one, since the old may be held by others: copies
 * of the file, tasks.
 */
export const exportKind: OperationKind<TransferOperation, never, null> = {
  name: EXPORT,
  lane: 'bytes',
  items: () => 1,
  async step(context, work) {
    const id = work.request.transfer
    const request: ExportRequest = await beginTransfer(context, id)
    const store = await storeFor(context, work.username, request.volume, 'export')
    const { file, content } = await sourceOf(context.database.read, work.username, request)
    const object = await put(context, work, { store, request, content })
    return async tx => {
      if (!request.copyOnly) await settle(tx, context, work, { request, file, content, object })
      await context.contents.release(tx, transferHolder(id))
      await updateTransfer(tx, id, { state: 'COMPLETED', result: request.file, finished: Date.now() })
      return { result: null }
    }
  },
  async failed(context, tx, { request }, error) {
    await context.contents.release(tx, transferHolder(request.transfer))
    await failTransfer(tx, request.transfer, error)
  },
}

interface Bytes {
  store: VolumeStore
  request: ExportRequest
  content: ContentRow
}

async function put(context: Context, { request: { transfer: id }, signal }: Work<TransferOperation>, bytes: Bytes) {
  const { store, request, content } = bytes
  const { database } = context
  const progress = (await getTransfer(database.read, id))?.progress ?? null
  const volume = await getVolume(database.read, request.volume)
  const { location, overwrite } = request
  const properties = { ...propertiesOf(volume), ...request.properties }
  const open = async (range?: { start: number; end: number }) => {
    const opened = await context.contents.open(content.id, range)
    if (!opened) throw new ApiError(9109, 'The bytes of the file are gone.')
    return opened.stream
  }
  const source = { size: content.size, open }
  const note = (noted: string) => database.write(tx => updateTransfer(tx, id, { progress: noted }))
  try {
    return await asApiErrors('job', () =>
      store.put({ location, source, id, overwrite, properties, progress, note, signal }),
    )
  } catch (error) {
    if (error instanceof ApiError) await discard(context, id, bytes)
    throw error
  }
}

/** What lies half on the volume is of no use when the export has failed. */
async function discard({ database, log }: Context, id: string, { store, request: { location } }: Bytes): Promise<void> {
  const progress = (await getTransfer(database.read, id))?.progress ?? null
  // the export has failed already, with a reason of its own; what stays on the volume is for its owner to know
  await store
    .discard({ location, id, progress })
    .catch(error => log.warn({ err: error, transfer: id }, 'what a failed export began may stay on its volume'))
}

function propertiesOf(volume: VolumeRow | undefined): StoreProperties {
  const service: Service | undefined = volume && JSON.parse(volume.service)
  return service?.type === 's3' ? service.properties : {}
}

/** The file as it may be exported now. Throws ApiError 9006, 9106, 9109. */
async function sourceOf(db: Queries, username: string, request: ExportRequest) {
  const file = await findFile(db, request.file, username)
  if (!file || !mayRead(file)) throw new ApiError(9106)
  if (!mayExport(file, request.copyOnly)) throw new ApiError(9109)
  requireExportable(file)
  const content = file.content === null ? undefined : await getContent(db, file.content)
  if (!content) throw new ApiError(9109)
  return { file, content }
}

interface Exported {
  request: ExportRequest
  file: FoundFile
  content: ContentRow
  object: VolumeObject
}

async function settle(tx: Write, { contents }: Context, { username }: Work, exported: Exported): Promise<void> {
  const { request, content, object } = exported
  await requireVolume(tx, request.volume)
  const now = await sourceOf(tx, username, request)
  if (now.content.id !== content.id) throw new ApiError(9109, 'The file changed while it was exported.')
  const alias = { ...contents.addFromVolume(request.volume, object), sha256: content.sha256 }
  await contents.release(tx, fileHolder(request.file))
  await contents.hold(tx, alias, fileHolder(request.file))
  await updateFile(tx, request.file, { content: alias.id, modified: Date.now() })
}
