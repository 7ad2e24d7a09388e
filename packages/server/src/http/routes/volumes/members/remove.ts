import { removeMember } from '../../../../volumes/members.ts'
import { route } from '../../../route.ts'

/** DELETE /storage/volumes/{owner}/{volume}/members/{username} */
export const removeVolumeMember = route({
  call: 'volumes.members.remove',
  handle: ({ context, caller, path }) => removeMember(context, caller, `${path.owner}/${path.volume}`, path.username),
})
