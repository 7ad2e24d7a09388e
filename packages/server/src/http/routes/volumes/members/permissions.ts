import { members, volumes } from '@reprise/contract'
import { memberFor, permissionsOf, setPermissions } from '../../../../volumes/members.ts'
import { WholeBody } from '../../../answers.ts'
import { route } from '../../../route.ts'

/** GET /storage/volumes/{owner}/{volume}/members/{username}/permissions */
export const getVolumePermissions = route({
  call: 'volumes.members.getPermissions',
  answer: volumes.volumePermissions,
  handle: async ({ context, caller, path }) => {
    const volume = `${path.owner}/${path.volume}`
    const call = 'volumes.members.getPermissions'
    return new WholeBody(
      permissionsOf((await memberFor(context.database.read, caller, call, volume, path.username)).grant),
    )
  },
})

/** PATCH: the keys that are given. */
export const editVolumePermissions = route({
  call: 'volumes.members.editPermissions',
  body: members.someOf,
  answer: volumes.volumePermissions,
  handle: async ({ context, caller, path, body }) => {
    const volume = `${path.owner}/${path.volume}`
    return new WholeBody(await setPermissions(context, caller, 'edit', volume, path.username, body))
  },
})

/** PUT: all keys. */
export const replaceVolumePermissions = route({
  call: 'volumes.members.replacePermissions',
  body: members.someOf,
  answer: volumes.volumePermissions,
  handle: async ({ context, caller, path, body }) => {
    const volume = `${path.owner}/${path.volume}`
    return new WholeBody(await setPermissions(context, caller, 'replace', volume, path.username, body))
  },
})
