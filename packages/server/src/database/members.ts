import { sql } from 'kysely'
import { OWNER, PUBLIC, type Rights } from '../domain/rights.ts'
import type { Queries, Write } from './index.ts'
import type { GrantRow } from './schema.ts'

/**
 * A caller's permissions beside an object of a project. `members` says what each user may do in a project: it is derived
 * from `grants`, which name users, teams and divisions, and made anew when a grant, a team or a division changes; so one
 * join tells everything. Administrators may do everything; what is public everybody may read and copy.
 */
export const RIGHTS_COLUMNS = [
  'members.read as can_read',
  'members.copy as can_copy',
  'members.write as can_write',
  'members.execute as can_execute',
  'members.admin as can_admin',
] as const

/** Beside the join: whether the user is an administrator. */
export function administration(username: string) {
  return sql<number | null>`(select u.admin from users as u where u.username = ${username})`.as('is_administrator')
}

/** Beside the join: whether everybody may read. `project` names the column with the project's id. */
export function publicity(project: string) {
  return sql<number | null>`(select p.public from projects as p where p.id = ${sql.ref(project)})`.as('is_public')
}

interface RightsRow {
  can_read: number | null
  can_copy: number | null
  can_write: number | null
  can_execute: number | null
  can_admin: number | null
  is_public?: number | null
  is_administrator?: number | null
}

/** A row of such a join with its permissions as an object; undefined when there is no row. */
export function withRights<R extends RightsRow>(row: R | undefined): WithRights<R> | undefined {
  return row && { ...row, rights: rightsOf(row) }
}

type WithRights<R> = Omit<R, 'is_public' | 'is_administrator'> & { rights: Rights | undefined }

function rightsOf(row: RightsRow): Rights | undefined {
  if (row.is_administrator === 1) return OWNER
  if (row.can_read === null) return row.is_public === 1 ? PUBLIC : undefined
  return {
    read: row.can_read === 1,
    copy: row.can_copy === 1 || row.is_public === 1,
    write: row.can_write === 1,
    execute: row.can_execute === 1,
    admin: row.can_admin === 1,
  }
}

export function flagsOf({ read, copy, write, execute, admin }: Rights) {
  const flag = (allowed: boolean) => (allowed ? 1 : 0)
  return { read: flag(read), copy: flag(copy), write: flag(write), execute: flag(execute), admin: flag(admin) }
}

/** Writes what a project grants to someone, over what it granted them before. */
export async function putGrant(
  tx: Write,
  { project, type, member }: Pick<GrantRow, 'project' | 'type' | 'member'>,
  rights: Rights,
): Promise<void> {
  const flags = flagsOf(rights)
  await tx
    .insertInto('grants')
    .values({ project, type, member, ...flags, created: Date.now() })
    .onConflict(conflict => conflict.columns(['project', 'type', 'member']).doUpdateSet(flags))
    .execute()
  await refreshMembers(tx, [project])
}

export async function deleteGrant(tx: Write, grant: Pick<GrantRow, 'project' | 'type' | 'member'>): Promise<void> {
  await tx
    .deleteFrom('grants')
    .where('project', '=', grant.project)
    .where('type', '=', grant.type)
    .where('member', '=', grant.member)
    .execute()
  await refreshMembers(tx, [grant.project])
}

/** A grant with the address of its user. */
export async function listGrants(db: Queries, project: string, page: { limit: number; offset: number }) {
  const all = db
    .selectFrom('grants')
    .leftJoin('users', join => join.onRef('users.username', '=', 'grants.member').on('grants.type', '=', 'USER'))
    .where('grants.project', '=', project)
  const { total } = await all.select(count => count.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await all
    .selectAll('grants')
    .select('users.email')
    .orderBy('grants.created')
    .orderBy('grants.member')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return { total: Number(total), rows }
}

/** By username, or the id of a team or division. */
export function findGrant(db: Queries, project: string, member: string) {
  return db
    .selectFrom('grants')
    .leftJoin('users', join => join.onRef('users.username', '=', 'grants.member').on('grants.type', '=', 'USER'))
    .selectAll('grants')
    .select('users.email')
    .where('grants.project', '=', project)
    .where('grants.member', '=', member)
    .executeTakeFirst()
}

/** Makes the effective rights of all users of the projects anew. */
export async function refreshMembers(tx: Write, projects: string[]): Promise<void> {
  for (const project of projects) {
    await tx.deleteFrom('members').where('project', '=', project).execute()
    await tx
      .insertInto('members')
      .columns(['project', 'username', 'read', 'copy', 'write', 'execute', 'admin'])
      .expression(
        tx
          .selectFrom(granted(tx, project).as('granted'))
          .select(['granted.project', 'granted.username'])
          .select(of => [
            of.fn.max('granted.read').as('read'),
            of.fn.max('granted.copy').as('copy'),
            of.fn.max('granted.write').as('write'),
            of.fn.max('granted.execute').as('execute'),
            of.fn.max('granted.admin').as('admin'),
          ])
          .groupBy(['granted.project', 'granted.username']),
      )
      .execute()
  }
}

const GRANTED = [
  'grants.project',
  'grants.read',
  'grants.copy',
  'grants.write',
  'grants.execute',
  'grants.admin',
] as const

/** Each user once for each grant that reaches them. */
function granted(from: Queries, project: string) {
  const users = from
    .selectFrom('grants')
    .select([...GRANTED, 'grants.member as username'])
    .where('grants.type', '=', 'USER')
    .where('grants.project', '=', project)
  const teams = from
    .selectFrom('grants')
    .innerJoin('team_members', 'team_members.team', 'grants.member')
    .select([...GRANTED, 'team_members.username'])
    .where('grants.type', '=', 'TEAM')
    .where('grants.project', '=', project)
  const divisions = from
    .selectFrom('grants')
    .innerJoin('division_members', 'division_members.division', 'grants.member')
    .select([...GRANTED, 'division_members.username'])
    .where('grants.type', '=', 'DIVISION')
    .where('grants.project', '=', project)
  return users.unionAll(teams).unionAll(divisions)
}

/** Projects that grant something to a team or a division. */
export async function grantedProjects(db: Queries, type: 'TEAM' | 'DIVISION', member: string): Promise<string[]> {
  const rows = await db
    .selectFrom('grants')
    .select('project')
    .where('type', '=', type)
    .where('member', '=', member)
    .execute()
  return rows.map(row => row.project)
}
