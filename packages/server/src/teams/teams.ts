import type { Call } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import {
  deleteTeam,
  deleteTeamMember,
  findDivision,
  findTeam,
  insertTeam,
  insertTeamMember,
  listTeamMembers as listRows,
  renameTeam,
} from '../database/divisions.ts'
import { isUniqueViolation } from '../database/errors.ts'
import type { Queries } from '../database/index.ts'
import type { TeamMemberRow, TeamRow } from '../database/schema.ts'
import { ApiError } from '../errors.ts'
import { newUuid } from '../ids.ts'
import { authorise, mayRead } from '../rights/authorise.ts'
import { plainName } from '../users/names.ts'

/** A team that the caller may use for this call. Throws ApiError 90003 or 90002. */
export async function teamFor(db: Queries, caller: Caller, call: Call, id: string) {
  return authorise(call, await findTeam(db, id, caller.username))
}

/** Makes a team in a division; the caller is its admin. Throws ApiError 2105, 90000, and 90007 for a name that is taken. */
export async function createTeam(
  { database }: Context,
  caller: Caller,
  given: { name?: string | undefined; division?: string | undefined },
): Promise<TeamRow> {
  if (!given.division) throw new ApiError(2105, undefined, 'division')
  const division = given.division
  const team = { id: newUuid(), division, name: teamName(given.name), created: Date.now() }
  return uniqueName(() =>
    database.write(async tx => {
      authorise('teams.create', await findDivision(tx, division, caller.username))
      await insertTeam(tx, team)
      await insertTeamMember(tx, { team: team.id, username: caller.username, role: 'ADMIN' })
      return team
    }),
  )
}

export async function editTeam(
  { database }: Context,
  caller: Caller,
  id: string,
  given: { name?: string | undefined },
): Promise<TeamRow> {
  return uniqueName(() =>
    database.write(async tx => {
      const team = await teamFor(tx, caller, 'teams.edit', id)
      if (given.name === undefined) return team
      const name = teamName(given.name)
      await renameTeam(tx, id, name)
      return { ...team, name }
    }),
  )
}

export async function removeTeam({ database }: Context, caller: Caller, id: string): Promise<void> {
  await database.write(async tx => {
    await teamFor(tx, caller, 'teams.delete', id)
    await deleteTeam(tx, id)
  })
}

export async function listTeamMembers(
  { database }: Context,
  caller: Caller,
  id: string,
  page: { limit: number; offset: number },
  base: string,
) {
  await teamFor(database.read, caller, 'teams.members.list', id)
  const { total, rows } = await listRows(database.read, id, page)
  return { total, items: rows.map(row => renderTeamMember(row, base)) }
}

/** Adds a user of the team's division, given as `username` or `division/username`. Throws ApiError 2002, 2003. */
export async function addTeamMember(
  { database }: Context,
  caller: Caller,
  id: string,
  given: string | undefined,
): Promise<TeamMemberRow> {
  if (!given) throw new ApiError(3005, 'give the id of a user.', 'id')
  const username = plainName(given)
  try {
    return await database.write(async tx => {
      const team = await teamFor(tx, caller, 'teams.members.add', id)
      const division = await findDivision(tx, team.division, username)
      if (!division || !mayRead(division)) throw new ApiError(2002, 'the division has no such user.', 'id')
      const member = { team: id, username, role: 'MEMBER' as const }
      await insertTeamMember(tx, member)
      return member
    })
  } catch (error) {
    throw isUniqueViolation(error) ? new ApiError(2003, 'is in the team already.', 'id') : error
  }
}

export async function removeTeamMember(
  { database }: Context,
  caller: Caller,
  id: string,
  username: string,
): Promise<void> {
  await database.write(async tx => {
    await teamFor(tx, caller, 'teams.members.remove', id)
    if (!(await deleteTeamMember(tx, id, plainName(username)))) throw new ApiError(2002, 'The team has no such member.')
  })
}

export function renderTeam({ id, name }: TeamRow, base: string) {
  return { href: `${base}/teams/${id}`, id, name }
}

export function renderTeamMember({ team, username, role }: TeamMemberRow, base: string) {
  return { href: `${base}/teams/${team}/members/${username}`, id: username, username, role }
}

function teamName(given: string | undefined): string {
  const name = given?.trim()
  if (!name) throw new ApiError(90000, 'must not be empty.', 'name')
  if (name.length > 255) throw new ApiError(90000, 'must have at most 255 characters.', 'name')
  return name
}

async function uniqueName<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    throw isUniqueViolation(error) ? new ApiError(90007, 'the division has a team of this name.', 'name') : error
  }
}
