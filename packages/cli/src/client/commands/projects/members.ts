import type { Api } from '../../api.ts'
import { confirm } from '../../confirm.ts'
import { ClientError } from '../../errors.ts'
import { type ListFlags, printList } from '../../listing.ts'
import { projectOf } from '../../names.ts'
import { printJson } from '../../print.ts'
import { MEMBERS } from '../../rows.ts'
import { type Member, PERMISSIONS, type Permissions } from '../../shapes.ts'

/** The members of a project: each of these is one command. */

export async function membersList(api: Api, name: string, flags: ListFlags): Promise<void> {
  await printList(api, `/projects/${await projectOf(api, name)}/members`, {}, flags, MEMBERS)
}

export interface MembersAddFlags {
  email?: boolean
  permissions: string[]
  json?: boolean
}

export async function membersAdd(api: Api, name: string, user: string, flags: MembersAddFlags): Promise<void> {
  const who = flags.email ? { email: user } : { username: user }
  const body = { ...who, permissions: permissionsOf(flags.permissions) }
  const member = await api.post<Member>(`/projects/${await projectOf(api, name)}/members`, { body })
  report(member.username, member.permissions, member, flags)
}

export interface MembersSetFlags {
  permissions?: string[]
  grant: string[]
  revoke: string[]
  json?: boolean
}

/** `--permissions` says all that a member may; `--grant` and `--revoke` change what is named. */
export async function membersSet(api: Api, name: string, user: string, flags: MembersSetFlags): Promise<void> {
  const changes = flags.grant.length + flags.revoke.length
  if ((flags.permissions === undefined) === (changes === 0)) {
    throw new ClientError('Give either --permissions, or --grant and --revoke.')
  }
  const address = `/projects/${await projectOf(api, name)}/members/${user}/permissions`
  const permissions =
    flags.permissions === undefined
      ? await api.call<Permissions>('PATCH', address, { body: changesOf(flags) })
      : await api.call<Permissions>('PUT', address, { body: permissionsOf(flags.permissions) })
  report(user, permissions, permissions, flags)
}

export async function membersRemove(
  api: Api,
  name: string,
  user: string,
  flags: { yes?: boolean; json?: boolean },
): Promise<void> {
  const project = await projectOf(api, name)
  await confirm(`Remove ${user} from the project ${project}?`, flags)
  await api.call('DELETE', `/projects/${project}/members/${user}`)
  if (flags.json) printJson([{ username: user }])
  else console.log(user)
}

function permissionsOf(names: string[]): Permissions {
  known(names)
  const entries = PERMISSIONS.map(name => [name, name === 'read' || names.includes(name)])
  return Object.fromEntries(entries) as Permissions
}

function changesOf({ grant, revoke }: MembersSetFlags): Partial<Permissions> {
  known([...grant, ...revoke])
  const entries = [...grant.map(name => [name, true]), ...revoke.map(name => [name, false])]
  return Object.fromEntries(entries)
}

function known(names: string[]): void {
  const unknown = names.find(name => !PERMISSIONS.some(permission => permission === name))
  if (unknown === undefined) return
  throw new ClientError(`"${unknown}" is no permission. There are: ${PERMISSIONS.join(', ')}.`)
}

function report(user: string, permissions: Permissions, whole: object, { json }: { json?: boolean }): void {
  if (json) printJson(whole)
  else console.log(`${user}\t${PERMISSIONS.filter(name => permissions?.[name]).join(', ')}`)
}
