import type { Call, members } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { findDivision, findTeam } from '../database/divisions.ts'
import type { Queries, Write } from '../database/index.ts'
import { deleteGrant, findGrant, listGrants, putGrant } from '../database/members.ts'
import { findProject } from '../database/projects.ts'
import type { GrantRow, MemberType } from '../database/schema.ts'
import { findUser, findUserByEmail } from '../database/users.ts'
import type { Rights } from '../domain/rights.ts'
import { ApiError } from '../errors.ts'
import { authorise, mayRead } from '../rights/authorise.ts'
import { plainName } from '../users/names.ts'

type Grant = GrantRow & { email: string | null }

/** Of an item of a list, when no fields are selected: all of it. */
export async function listMembers(
  { database }: Context,
  caller: Caller,
  project: string,
  page: { limit: number; offset: number },
  base: string,
) {
  authorise('projects.members.list', await findProject(database.read, project, caller.username))
  const { total, rows } = await listGrants(database.read, project, page)
  return { total, items: rows.map(row => renderMember(row, base)) }
}

/** A member by username, or by the id of a team or division. Throws ApiError 3002. */
export async function memberFor(db: Queries, caller: Caller, call: Call, project: string, name: string) {
  const of = authorise(call, await findProject(db, project, caller.username))
  const grant = await findGrant(db, project, plainName(name))
  if (!grant) throw new ApiError(3002, `The project has no member ${name}.`)
  return { grant, owner: of.owner }
}

/** Adds a user, team or division. Throws ApiError 3005, 2002, 3003. */
export async function addMember(
  { database }: Context,
  caller: Caller,
  project: string,
  given: members.AddMember,
): Promise<Grant> {
  return database.write(async tx => {
    authorise('projects.members.add', await findProject(tx, project, caller.username))
    const { type, member } = await namedMember(tx, caller, given)
    if (await findGrant(tx, project, member)) throw new ApiError(3003, `${member} is a member already.`)
    await putGrant(tx, { project, type, member }, rightsOf(given.permissions ?? {}))
    return (await findGrant(tx, project, member))!
  })
}

/** The user, team or division that a new member is. Throws ApiError 3005 or 2002. */
export async function namedMember(
  db: Queries,
  caller: Caller,
  { username, email, type = 'USER' }: members.AddMember,
): Promise<{ type: MemberType; member: string }> {
  const name = username || email
  if (!name) throw new ApiError(3005, 'give username or email.', 'username')
  if (type === 'TEAM') {
    const team = await findTeam(db, name, caller.username)
    if (!team || !mayRead(team)) throw new ApiError(2002, 'there is no such team.', 'username')
    return { type, member: team.id }
  }
  if (type === 'DIVISION') {
    const division = await findDivision(db, name, caller.username)
    if (!division || !mayRead(division)) throw new ApiError(2002, 'there is no such division.', 'username')
    return { type, member: division.id }
  }
  const user = username ? await findUser(db, plainName(username)) : await findUserByEmail(db, name)
  if (!user) throw new ApiError(2002, 'there is no such user.', username ? 'username' : 'email')
  return { type, member: user.username }
}

export async function removeMember(context: Context, caller: Caller, project: string, name: string): Promise<void> {
  await context.database.write(async tx => {
    const { grant, owner } = await memberFor(tx, caller, 'projects.members.remove', project, name)
    if (isOwner(grant, owner)) throw new ApiError(3001, 'The owner of a project is not removed.')
    await deleteGrant(tx, grant)
  })
}

const PERMISSIONS = {
  edit: 'projects.members.editPermissions',
  replace: 'projects.members.replacePermissions',
} as const

/** Changes the permissions that are given, or replaces all. Throws ApiError 3011, 3013. */
export async function setPermissions(
  context: Context,
  caller: Caller,
  how: 'edit' | 'replace',
  project: string,
  name: string,
  given: members.SomePermissions,
): Promise<Rights> {
  return context.database.write(async (tx: Write) => {
    const { grant, owner } = await memberFor(tx, caller, PERMISSIONS[how], project, name)
    const rights = changedRights(grant, given, how === 'replace')
    if (isOwner(grant, owner) && !rights.admin) throw new ApiError(3001, 'The owner stays an admin.', 'admin')
    await putGrant(tx, grant, rights)
    return rights
  })
}

const KEYS = ['write', 'read', 'copy', 'execute', 'admin'] as const

/** Permissions after an edit (given keys change) or a replacement (all keys are needed). Throws ApiError 3011, 3013. */
export function changedRights(before: Flags, given: members.SomePermissions, replace: boolean): Rights {
  const missing = KEYS.filter(key => given[key] === undefined)
  if (missing.length === KEYS.length) throw new ApiError(3011)
  if (replace && missing.length > 0) throw new ApiError(3013, `${missing.join(', ')} missing.`)
  return rightsOf({
    ...permissionsOf(before),
    ...Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined)),
  })
}

/** `read` is always there, and an admin may do everything. */
export function rightsOf(given: members.SomePermissions): Rights {
  const admin = given.admin === true
  return {
    read: true,
    copy: admin || given.copy === true,
    write: admin || given.write === true,
    execute: admin || given.execute === true,
    admin,
  }
}

export type Flags = Pick<GrantRow, 'read' | 'copy' | 'write' | 'execute' | 'admin'>

export function permissionsOf(flags: Flags) {
  return {
    write: flags.write === 1,
    read: flags.read === 1,
    copy: flags.copy === 1,
    execute: flags.execute === 1,
    admin: flags.admin === 1,
  }
}

export function renderMember(grant: Grant, base: string) {
  return {
    href: `${base}/projects/${grant.project}/members/${grant.member}`,
    id: grant.member,
    username: grant.member,
    email: grant.email ?? '',
    type: grant.type,
    permissions: permissionsOf(grant),
  }
}

function isOwner(grant: GrantRow, owner: string): boolean {
  return grant.type === 'USER' && grant.member === owner
}
