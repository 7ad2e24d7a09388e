import { members } from '@reprise/contract'
import { addMember as add, renderMember } from '../../../projects/members.ts'
import { route } from '../../route.ts'

/** POST /projects/{owner}/{project}/members */
export const addMember = route({
  call: 'projects.members.add',
  body: members.addMember,
  answer: members.member,
  handle: async ({ context, caller, path, body, base }) =>
    renderMember(await add(context, caller, `${path.owner}/${path.project}`, body), base),
})
