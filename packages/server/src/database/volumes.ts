import { OWNER, type Rights } from '../domain/rights.ts'
import type { Queries, Write } from './index.ts'
import type { VolumeRow } from './schema.ts'
import { grantsFor } from './volume-grants.ts'

/** A volume with the user's permissions on it, from all grants that reach them. */
export async function findVolume(db: Queries, id: string, username: string) {
  const volume = await getVolume(db, id)
  return volume && { ...volume, rights: await rightsOn(db, id, username) }
}

export type FoundVolume = NonNullable<Awaited<ReturnType<typeof findVolume>>>

export function getVolume(db: Queries, id: string): Promise<VolumeRow | undefined> {
  return db.selectFrom('volumes').selectAll().where('id', '=', id).executeTakeFirst()
}

async function rightsOn(db: Queries, volume: string, username: string): Promise<Rights | undefined> {
  const user = await db.selectFrom('users').select('admin').where('username', '=', username).executeTakeFirst()
  if (user?.admin === 1) return OWNER
  const grants = await grantsFor(db, username)
    .select(['read', 'copy', 'write', 'admin'])
    .where('volume', '=', volume)
    .execute()
  if (grants.length === 0) return undefined
  const any = (right: 'read' | 'copy' | 'write' | 'admin') => grants.some(grant => grant[right] === 1)
  return { read: any('read'), copy: any('copy'), write: any('write'), execute: false, admin: any('admin') }
}

/** Volumes that the user may see, the oldest first. */
export async function listVolumes(
  db: Queries,
  username: string,
  filter: { owner?: string | undefined; limit: number; offset: number },
) {
  let query = db.selectFrom('volumes').where('id', 'in', grantsFor(db, username).select('volume').where('read', '=', 1))
  if (filter.owner !== undefined) query = query.where('owner', '=', filter.owner)
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

/** Active volumes that the user may import from. */
export function importableVolumes(db: Queries, username: string): Promise<VolumeRow[]> {
  return db
    .selectFrom('volumes')
    .selectAll()
    .where('active', '=', 1)
    .where('id', 'in', grantsFor(db, username).select('volume').where('copy', '=', 1))
    .orderBy('created')
    .orderBy('id')
    .execute()
}

export async function insertVolume(tx: Write, volume: VolumeRow): Promise<void> {
  await tx.insertInto('volumes').values(volume).execute()
}

export async function updateVolume(tx: Write, id: string, fields: Partial<VolumeRow>): Promise<void> {
  await tx.updateTable('volumes').set(fields).where('id', '=', id).execute()
}

export async function deleteVolume(tx: Write, id: string): Promise<void> {
  await tx.deleteFrom('volume_grants').where('volume', '=', id).execute()
  await tx.deleteFrom('volumes').where('id', '=', id).execute()
}
