import type { Caller, Context } from '../../context.ts'
import type { Write } from '../../database/index.ts'
import type { TransferRow, VolumeRow } from '../../database/schema.ts'
import { insertTransfer } from '../../database/transfers.ts'
import { ApiError } from '../../errors.ts'
import { newSecret } from '../../ids.ts'

interface Accepted {
  kind: TransferRow['kind']
  /** which operation does it */
  operation: string
  volume: string
  project: string | null
  request: object
}

/** Writes a transfer and the operation that will do it: after the commit the operations are to be woken. */
export async function insertTransferOperation(
  tx: Write,
  { operations }: Context,
  caller: Caller,
  given: Accepted,
): Promise<TransferRow> {
  const row: TransferRow = {
    id: newSecret().slice(0, 32),
    kind: given.kind,
    username: caller.username,
    state: 'PENDING',
    volume: given.volume,
    project: given.project,
    request: JSON.stringify(given.request),
    progress: null,
    result: null,
    code: null,
    message: null,
    created: Date.now(),
    started: null,
    finished: null,
  }
  await insertTransfer(tx, row)
  await operations.accept(tx, given.operation, caller.username, { transfer: row.id })
  return row
}

export function requireActive(volume: VolumeRow): void {
  if (volume.active === 0) throw new ApiError(9103, `The volume ${volume.id} is not active.`)
}
