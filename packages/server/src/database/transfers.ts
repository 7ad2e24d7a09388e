import type { Queries, Write } from './index.ts'
import type { TransferRow } from './schema.ts'

export interface TransferFilter {
  username: string
  kind: TransferRow['kind']
  volume?: string | undefined
  project?: string | undefined
  states?: TransferRow['state'][] | undefined
  limit: number
  offset: number
}

/** The user's own, the oldest first. */
export async function listTransfers(
  db: Queries,
  filter: TransferFilter,
): Promise<{ total: number; rows: TransferRow[] }> {
  let query = db.selectFrom('transfers').where('username', '=', filter.username).where('kind', '=', filter.kind)
  if (filter.volume !== undefined) query = query.where('volume', '=', filter.volume)
  if (filter.project !== undefined) query = query.where('project', '=', filter.project)
  if (filter.states) query = query.where('state', 'in', filter.states)
  const { total } = await query.select(count => count.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await query
    .selectAll()
    .orderBy('created')
    .orderBy('id')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute()
  return { total: Number(total), rows }
}

export function getTransfer(db: Queries, id: string): Promise<TransferRow | undefined> {
  return db.selectFrom('transfers').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function insertTransfer(tx: Write, transfer: TransferRow): Promise<void> {
  await tx.insertInto('transfers').values(transfer).execute()
}

export async function updateTransfer(tx: Write, id: string, fields: Partial<TransferRow>): Promise<void> {
  await tx.updateTable('transfers').set(fields).where('id', '=', id).execute()
}

/** How many imports and exports of the volume are on their way. */
export async function countActive(db: Queries, volume: string): Promise<number> {
  const { total } = await db
    .selectFrom('transfers')
    .select(count => count.fn.countAll<number>().as('total'))
    .where('volume', '=', volume)
    .where('state', 'in', ['PENDING', 'RUNNING'])
    .executeTakeFirstOrThrow()
  return Number(total)
}
