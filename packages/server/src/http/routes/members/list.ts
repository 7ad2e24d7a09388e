import { answers, members } from '@reprise/contract'
import { listMembers as list } from '../../../projects/members.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /projects/{owner}/{project}/members */
export const listMembers = route({
  call: 'projects.members.list',
  query: members.listMembers,
  answer: answers.listOf(members.member),
  handle: async ({ context, caller, path, query, base }) =>
    new Page(await list(context, caller, `${path.owner}/${path.project}`, query, base), query),
})
