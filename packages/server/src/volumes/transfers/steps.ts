import type { Context } from '../../context.ts'
import type { Write } from '../../database/index.ts'
import { getTransfer, updateTransfer } from '../../database/transfers.ts'
import { findVolume, getVolume } from '../../database/volumes.ts'
import { ApiError } from '../../errors.ts'
import { authorise, mayRead } from '../../rights/authorise.ts'
import type { VolumeStore } from '../../storage/volumes/volume-store.ts'
import { asApiErrors } from '../api-errors.ts'
import { requireActive } from './start.ts'

/** What a transfer is to do; RUNNING from now on. */
export async function beginTransfer<R>({ database }: Context, id: string): Promise<R> {
  const transfer = await getTransfer(database.read, id)
  if (!transfer) throw new ApiError(9008)
  if (transfer.state === 'PENDING') {
    await database.write(tx => updateTransfer(tx, id, { state: 'RUNNING', started: Date.now() }))
  }
  return JSON.parse(transfer.request)
}

/** The volume's store, if its user still may. Throws ApiError 9020, 9101, 9103, 9104. */
export async function storeFor(
  { database, contents }: Context,
  username: string,
  id: string,
  direction: 'import' | 'export',
): Promise<VolumeStore> {
  const volume = await findVolume(database.read, id, username)
  if (!mayRead(volume)) throw new ApiError(9104)
  const { access_mode } = authorise(`${direction}s.start`, volume)
  if (direction === 'export' && access_mode !== 'RW') throw new ApiError(9101)
  return await asApiErrors('job', () => contents.volumes.active(id))
}

/** Inside the transaction that lets files lie on the volume: it must be there, and awake. Throws ApiError 9103, 9104. */
export async function requireVolume(tx: Write, id: string): Promise<void> {
  const volume = await getVolume(tx, id)
  if (!volume) throw new ApiError(9104)
  requireActive(volume)
}

export async function failTransfer(tx: Write, id: string, { code, message }: ApiError): Promise<void> {
  await updateTransfer(tx, id, { state: 'FAILED', code, message, finished: Date.now() })
}
