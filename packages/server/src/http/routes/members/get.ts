import { members } from '@reprise/contract'
import { memberFor, renderMember } from '../../../projects/members.ts'
import { route } from '../../route.ts'

/** GET /projects/{owner}/{project}/members/{username} */
export const getMember = route({
  call: 'projects.members.get',
  answer: members.member,
  handle: async ({ context, caller, path, base }) => {
    const project = `${path.owner}/${path.project}`
    const { grant } = await memberFor(context.database.read, caller, 'projects.members.get', project, path.username)
    return renderMember(grant, base)
  },
})
