import type { Rights } from '../domain/rights.ts'
import type { Queries, Write } from './index.ts'
import { flagsOf } from './members.ts'
import type { VolumeGrantRow } from './schema.ts'

type Member = Pick<VolumeGrantRow, 'volume' | 'type' | 'member'>

/** Grants of volumes that reach the user: their own, and those of their teams and divisions. */
export function grantsFor(db: Queries, username: string) {
  return db
    .selectFrom('volume_grants')
    .where(is =>
      is.or([
        is.and([is('type', '=', 'USER'), is('member', '=', username)]),
        is.and([
          is('type', '=', 'TEAM'),
          is('member', 'in', is.selectFrom('team_members').select('team').where('username', '=', username)),
        ]),
        is.and([
          is('type', '=', 'DIVISION'),
          is('member', 'in', is.selectFrom('division_members').select('division').where('username', '=', username)),
        ]),
      ]),
    )
}

/** A grant with the address of its user. */
function withEmail(db: Queries, volume: string) {
  return db
    .selectFrom('volume_grants')
    .leftJoin('users', join => join.onRef('users.username', '=', 'volume_grants.member').on('type', '=', 'USER'))
    .where('volume_grants.volume', '=', volume)
}

export async function listVolumeGrants(db: Queries, volume: string, page: { limit: number; offset: number }) {
  const all = withEmail(db, volume)
  const { total } = await all.select(count => count.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await all
    .selectAll('volume_grants')
    .select('users.email')
    .orderBy('volume_grants.created')
    .orderBy('volume_grants.member')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return { total: Number(total), rows }
}

/** By username, or the id of a team or division. */
export function findVolumeGrant(db: Queries, volume: string, member: string) {
  return withEmail(db, volume)
    .selectAll('volume_grants')
    .select('users.email')
    .where('volume_grants.member', '=', member)
    .executeTakeFirst()
}

export type FoundVolumeGrant = NonNullable<Awaited<ReturnType<typeof findVolumeGrant>>>

/** Writes what a volume grants to someone, over what it granted them before. */
export async function putVolumeGrant(tx: Write, { volume, type, member }: Member, rights: Rights): Promise<void> {
  const { execute: _, ...flags } = flagsOf(rights)
  await tx
    .insertInto('volume_grants')
    .values({ volume, type, member, ...flags, created: Date.now() })
    .onConflict(conflict => conflict.columns(['volume', 'type', 'member']).doUpdateSet(flags))
    .execute()
}

export async function deleteVolumeGrant(tx: Write, { volume, type, member }: Member): Promise<void> {
  await tx
    .deleteFrom('volume_grants')
    .where('volume', '=', volume)
    .where('type', '=', type)
    .where('member', '=', member)
    .execute()
}
