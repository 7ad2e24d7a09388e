import { members, volumes } from '@reprise/contract'
import { addMember, renderMember } from '../../../../volumes/members.ts'
import { route } from '../../../route.ts'

/** POST /storage/volumes/{owner}/{volume}/members */
export const addVolumeMember = route({
  call: 'volumes.members.add',
  body: members.addMember,
  answer: volumes.volumeMember,
  invalid: 9011,
  handle: async ({ context, caller, path, body, base }) =>
    renderMember(await addMember(context, caller, `${path.owner}/${path.volume}`, body), base),
})
