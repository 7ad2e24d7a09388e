import type { Call, teams } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import {
  findDivision,
  listDivisionUsers,
  listDivisions as listRows,
  listTeams as listTeamRows,
} from '../database/divisions.ts'
import type { DivisionRow } from '../database/schema.ts'
import { ApiError } from '../errors.ts'
import { authorise } from '../rights/authorise.ts'
import { renderUser } from '../users/profile.ts'
import { renderTeam } from './teams.ts'

interface PageQuery {
  limit: number
  offset: number
}

export async function listDivisions({ database }: Context, caller: Caller, page: PageQuery, base: string) {
  const { total, rows } = await listRows(database.read, caller.username, page)
  return { total, items: rows.map(row => renderDivision(row, base)) }
}

/** Throws ApiError 2105 when none is named, 90003 when the caller knows none of that name. */
export async function divisionFor({ database }: Context, caller: Caller, call: Call, id: string | undefined) {
  if (!id) throw new ApiError(2105, undefined, 'division')
  return authorise(call, await findDivision(database.read, id, caller.username))
}

export function renderDivision({ id, name }: DivisionRow, base: string) {
  return { href: `${base}/divisions/${id}`, id, name }
}

/** Users of a division, with their roles in it. */
export async function listUsers(context: Context, caller: Caller, query: teams.ListUsers, base: string) {
  const division = await divisionFor(context, caller, 'users.list', query.division)
  const { total, rows } = await listDivisionUsers(context.database.read, division.id, query)
  return { total, items: rows.map(row => ({ ...renderUser(row, base), role: row.role })) }
}

/** Teams of a division: the caller's, or all. */
export async function listTeams(context: Context, caller: Caller, call: Call, query: teams.ListTeams, base: string) {
  const division = await divisionFor(context, caller, call, query.division)
  const username = query._all === true ? undefined : caller.username
  const { total, rows } = await listTeamRows(context.database.read, division.id, { ...query, username })
  return { total, items: rows.map(row => renderTeam(row, base)) }
}
