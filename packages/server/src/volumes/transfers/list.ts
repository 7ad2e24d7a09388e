import type { Caller, Context } from '../../context.ts'
import type { TransferRow } from '../../database/schema.ts'
import { getTransfer, listTransfers } from '../../database/transfers.ts'
import { ApiError } from '../../errors.ts'
import { renderTransfer } from './render.ts'

interface Query {
  volume?: string | undefined
  project?: string | undefined
  state?: TransferRow['state'][] | undefined
  limit: number
  offset: number
}

/** The caller's own imports or exports. */
export async function listOwnTransfers(
  context: Context,
  caller: Caller,
  kind: TransferRow['kind'],
  query: Query,
  base: string,
) {
  const { state: states, ...filter } = query
  const { username } = caller
  const found = await listTransfers(context.database.read, { ...filter, states, kind, username })
  const items = await Promise.all(found.rows.map(row => renderTransfer(context, row, base)))
  return { total: found.total, items }
}

/** One of them. Throws ApiError 9008: those of others are not there. */
export async function transferFor(
  context: Context,
  caller: Caller,
  kind: TransferRow['kind'],
  id: string,
  base: string,
) {
  const row = await getTransfer(context.database.read, id)
  if (!row || row.kind !== kind || row.username !== caller.username) throw new ApiError(9008)
  return await renderTransfer(context, row, base)
}
