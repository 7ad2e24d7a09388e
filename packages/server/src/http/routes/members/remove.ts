import { removeMember as remove } from '../../../projects/members.ts'
import { route } from '../../route.ts'

/** DELETE /projects/{owner}/{project}/members/{username} */
export const removeMember = route({
  call: 'projects.members.remove',
  handle: ({ context, caller, path }) => remove(context, caller, `${path.owner}/${path.project}`, path.username),
})
