import type { Call, members } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import type { Queries } from '../database/index.ts'
import {
  deleteVolumeGrant,
  type FoundVolumeGrant,
  findVolumeGrant,
  listVolumeGrants,
  putVolumeGrant,
} from '../database/volume-grants.ts'
import { ApiError } from '../errors.ts'
import { changedRights, namedMember, rightsOf } from '../projects/members.ts'
import { plainName } from '../users/names.ts'
import { volumeFor } from './edit.ts'

/** Of a volume: read is browse, copy is import, write is export. */
export async function listMembers(
  { database }: Context,
  caller: Caller,
  volume: string,
  page: { limit: number; offset: number },
  base: string,
) {
  await volumeFor(database.read, caller, 'volumes.members.list', volume)
  const { total, rows } = await listVolumeGrants(database.read, volume, page)
  return { total, items: rows.map(row => renderMember(row, base)) }
}

/** A member by username, or by the id of a team or division. Throws ApiError 9012. */
export async function memberFor(db: Queries, caller: Caller, call: Call, volume: string, name: string) {
  const { owner } = await volumeFor(db, caller, call, volume)
  const grant = await findVolumeGrant(db, volume, plainName(name))
  if (!grant) throw new ApiError(9012, `The volume has no member ${name}.`)
  return { grant, isOwner: grant.type === 'USER' && grant.member === owner }
}

/** Adds a user, team or division. Throws ApiError 3005, 2002, 90007. */
export async function addMember({ database }: Context, caller: Caller, volume: string, given: members.AddMember) {
  return database.write(async tx => {
    await volumeFor(tx, caller, 'volumes.members.add', volume)
    const { type, member } = await namedMember(tx, caller, given)
    if (await findVolumeGrant(tx, volume, member)) throw new ApiError(90007, `${member} is a member already.`)
    await putVolumeGrant(tx, { volume, type, member }, rightsOf(given.permissions ?? {}))
    return (await findVolumeGrant(tx, volume, member))!
  })
}

export async function removeMember(context: Context, caller: Caller, volume: string, name: string): Promise<void> {
  await context.database.write(async tx => {
    const { grant, isOwner } = await memberFor(tx, caller, 'volumes.members.remove', volume, name)
    if (isOwner) throw new ApiError(9020, 'The owner of a volume is not removed.')
    await deleteVolumeGrant(tx, grant)
  })
}

const PERMISSIONS = {
  edit: 'volumes.members.editPermissions',
  replace: 'volumes.members.replacePermissions',
} as const

/** Changes the permissions that are given, or replaces all. Throws ApiError 3011, 3013. */
export async function setPermissions(
  context: Context,
  caller: Caller,
  how: 'edit' | 'replace',
  volume: string,
  name: string,
  { execute: _, ...given }: members.SomePermissions,
) {
  const replace = how === 'replace'
  return context.database.write(async tx => {
    const { grant, isOwner } = await memberFor(tx, caller, PERMISSIONS[how], volume, name)
    // a volume runs nothing: the key is put there for the rules of projects, and taken away again
    const rights = changedRights({ ...grant, execute: 0 }, replace ? { ...given, execute: false } : given, replace)
    if (isOwner && !rights.admin) throw new ApiError(9020, 'The owner stays an admin.', 'admin')
    await putVolumeGrant(tx, grant, rights)
    return permissionsOf((await findVolumeGrant(tx, volume, grant.member))!)
  })
}

export function permissionsOf({ write, read, copy, admin }: FoundVolumeGrant) {
  return { write: write === 1, read: read === 1, copy: copy === 1, admin: admin === 1 }
}

export function renderMember(grant: FoundVolumeGrant, base: string) {
  return {
    href: `${base}/storage/volumes/${grant.volume}/members/${grant.member}`,
    id: grant.member,
    username: grant.member,
    email: grant.email ?? '',
    type: grant.type,
    permissions: permissionsOf(grant),
  }
}
