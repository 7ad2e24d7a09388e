import { volumes } from '@reprise/contract'
import { memberFor, renderMember } from '../../../../volumes/members.ts'
import { route } from '../../../route.ts'

/** GET /storage/volumes/{owner}/{volume}/members/{username} */
export const getVolumeMember = route({
  call: 'volumes.members.get',
  answer: volumes.volumeMember,
  handle: async ({ context, caller, path, base }) => {
    const volume = `${path.owner}/${path.volume}`
    const { grant } = await memberFor(context.database.read, caller, 'volumes.members.get', volume, path.username)
    return renderMember(grant, base)
  },
})
