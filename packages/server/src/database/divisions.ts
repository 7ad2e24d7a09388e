import { sql } from 'kysely'
import { OWNER, type Rights } from '../domain/rights.ts'
import type { Queries, Write } from './index.ts'
import { administration, grantedProjects, refreshMembers } from './members.ts'
import type { DivisionMemberRow, DivisionRow, TeamMemberRow, TeamRow } from './schema.ts'

const NONE: Rights = { read: true, copy: false, write: false, execute: false, admin: false }

/** What someone with this role may do with a division: look at it, make teams in it, administer it. */
function rightsOfRole(role: DivisionMemberRow['role'] | null, administrator: number | null): Rights | undefined {
  if (administrator === 1 || role === 'ADMIN') return OWNER
  if (role === null) return undefined
  return { ...NONE, write: role === 'MEMBER' }
}

/** A division with what the user may do in it. */
export async function findDivision(db: Queries, id: string, username: string) {
  const row = await db
    .selectFrom('divisions')
    .leftJoin('division_members as own', join =>
      join.onRef('own.division', '=', 'divisions.id').on('own.username', '=', username),
    )
    .selectAll('divisions')
    .select(['own.role', administration(username)])
    .where('divisions.id', '=', id)
    .executeTakeFirst()
  return row && { ...row, rights: rightsOfRole(row.role, row.is_administrator) }
}

/** Divisions that the user belongs to. */
export async function listDivisions(db: Queries, username: string, page: { limit: number; offset: number }) {
  const own = db
    .selectFrom('divisions')
    .innerJoin('division_members', 'division_members.division', 'divisions.id')
    .where('division_members.username', '=', username)
  const { total } = await own.select(count => count.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await own.selectAll('divisions').orderBy('divisions.id').limit(page.limit).offset(page.offset).execute()
  return { total: Number(total), rows }
}

export async function insertDivision(tx: Write, division: DivisionRow): Promise<void> {
  await tx.insertInto('divisions').values(division).execute()
}

/** Adds a user to a division or gives them another role; with no role takes them out, of its teams too. */
export async function putDivisionMember(
  tx: Write,
  member: { division: string; username: string; role: DivisionMemberRow['role'] | null },
): Promise<void> {
  const { division, username, role } = member
  if (role !== null) {
    await tx
      .insertInto('division_members')
      .values({ division, username, role })
      .onConflict(conflict => conflict.columns(['division', 'username']).doUpdateSet({ role }))
      .execute()
  } else {
    await tx.deleteFrom('division_members').where('division', '=', division).where('username', '=', username).execute()
    const teams = await tx
      .selectFrom('team_members')
      .innerJoin('teams', 'teams.id', 'team_members.team')
      .select('teams.id')
      .where('teams.division', '=', division)
      .where('team_members.username', '=', username)
      .execute()
    for (const { id } of teams) await deleteTeamMember(tx, id, username)
  }
  await refreshMembers(tx, await grantedProjects(tx, 'DIVISION', division))
}

/** Users of a division, by name. */
export async function listDivisionUsers(
  db: Queries,
  division: string,
  filter: { role?: DivisionMemberRow['role'] | undefined; limit: number; offset: number },
) {
  let query = db
    .selectFrom('division_members')
    .innerJoin('users', 'users.username', 'division_members.username')
    .where('division_members.division', '=', division)
  if (filter.role) query = query.where('division_members.role', '=', filter.role)
  const { total } = await query.select(count => count.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await query
    .selectAll('users')
    .select('division_members.role')
    .orderBy('users.username')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute()
  return { total: Number(total), rows }
}

/** True when a division of which the one is an admin has the other as a user. */
export async function administers(db: Queries, admin: string, username: string): Promise<boolean> {
  const row = await db
    .selectFrom('division_members as own')
    .innerJoin('division_members as other', 'other.division', 'own.division')
    .select('own.division')
    .where('own.username', '=', admin)
    .where('own.role', '=', 'ADMIN')
    .where('other.username', '=', username)
    .executeTakeFirst()
  return row !== undefined
}

/** A team with what the user may do with it: users of its division look at it, its admins and theirs change it. */
export async function findTeam(db: Queries, id: string, username: string) {
  const row = await db
    .selectFrom('teams')
    .leftJoin('division_members as of', join =>
      join.onRef('of.division', '=', 'teams.division').on('of.username', '=', username),
    )
    .leftJoin('team_members as own', join => join.onRef('own.team', '=', 'teams.id').on('own.username', '=', username))
    .selectAll('teams')
    .select(['of.role as division_role', 'own.role as team_role', administration(username)])
    .where('teams.id', '=', id)
    .executeTakeFirst()
  if (!row) return undefined
  const division = rightsOfRole(row.division_role, row.is_administrator)
  const rights = row.team_role === 'ADMIN' ? OWNER : division && (division.admin ? division : NONE)
  return { ...row, rights }
}

/** Teams of a division, by name: all, or those that the user is in. */
export async function listTeams(
  db: Queries,
  division: string,
  filter: { username?: string | undefined; limit: number; offset: number },
) {
  let query = db.selectFrom('teams').where('teams.division', '=', division)
  const { username } = filter
  if (username !== undefined) {
    query = query.where('teams.id', 'in', own =>
      own.selectFrom('team_members').select('team').where('username', '=', username),
    )
  }
  const { total } = await query.select(count => count.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await query
    .selectAll()
    .orderBy(sql`lower(teams.name)`)
    .orderBy('teams.id')
    .limit(filter.limit)
    .offset(filter.offset)
    .execute()
  return { total: Number(total), rows }
}

export async function insertTeam(tx: Write, team: TeamRow): Promise<void> {
  await tx.insertInto('teams').values(team).execute()
}

export async function renameTeam(tx: Write, id: string, name: string): Promise<void> {
  await tx.updateTable('teams').set({ name }).where('id', '=', id).execute()
}

/** Removes a team, its members, and what projects granted to it. */
export async function deleteTeam(tx: Write, id: string): Promise<void> {
  const projects = await grantedProjects(tx, 'TEAM', id)
  await tx.deleteFrom('grants').where('type', '=', 'TEAM').where('member', '=', id).execute()
  await tx.deleteFrom('volume_grants').where('type', '=', 'TEAM').where('member', '=', id).execute()
  await tx.deleteFrom('team_members').where('team', '=', id).execute()
  await tx.deleteFrom('teams').where('id', '=', id).execute()
  await refreshMembers(tx, projects)
}

export async function listTeamMembers(db: Queries, team: string, page: { limit: number; offset: number }) {
  const all = db.selectFrom('team_members').where('team', '=', team)
  const { total } = await all.select(count => count.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await all.selectAll().orderBy('username').limit(page.limit).offset(page.offset).execute()
  return { total: Number(total), rows }
}

export async function insertTeamMember(tx: Write, member: TeamMemberRow): Promise<void> {
  await tx.insertInto('team_members').values(member).execute()
  await refreshMembers(tx, await grantedProjects(tx, 'TEAM', member.team))
}

/** False when they are not in it. */
export async function deleteTeamMember(tx: Write, team: string, username: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('team_members')
    .where('team', '=', team)
    .where('username', '=', username)
    .executeTakeFirst()
  await refreshMembers(tx, await grantedProjects(tx, 'TEAM', team))
  return numDeletedRows > 0n
}
