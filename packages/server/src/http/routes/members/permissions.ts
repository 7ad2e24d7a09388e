import { answers, members } from '@reprise/contract'
import { memberFor, permissionsOf, setPermissions } from '../../../projects/members.ts'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /projects/{owner}/{project}/members/{username}/permissions */
export const getPermissions = route({
  call: 'projects.members.getPermissions',
  answer: answers.permissions,
  handle: async ({ context, caller, path }) => {
    const project = `${path.owner}/${path.project}`
    const call = 'projects.members.getPermissions'
    return new WholeBody(
      permissionsOf((await memberFor(context.database.read, caller, call, project, path.username)).grant),
    )
  },
})

/** PATCH: the keys that are given. */
export const editPermissions = route({
  call: 'projects.members.editPermissions',
  body: members.someOf,
  answer: answers.permissions,
  handle: async ({ context, caller, path, body }) => {
    const project = `${path.owner}/${path.project}`
    return new WholeBody(await setPermissions(context, caller, 'edit', project, path.username, body))
  },
})

/** PUT: all keys. */
export const replacePermissions = route({
  call: 'projects.members.replacePermissions',
  body: members.someOf,
  answer: answers.permissions,
  handle: async ({ context, caller, path, body }) => {
    const project = `${path.owner}/${path.project}`
    return new WholeBody(await setPermissions(context, caller, 'replace', project, path.username, body))
  },
})
