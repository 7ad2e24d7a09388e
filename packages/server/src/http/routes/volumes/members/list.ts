import { answers, members, volumes } from '@reprise/contract'
import { listMembers as list } from '../../../../volumes/members.ts'
import { Page } from '../../../answers.ts'
import { route } from '../../../route.ts'

/** GET /storage/volumes/{owner}/{volume}/members */
export const listVolumeMembers = route({
  call: 'volumes.members.list',
  query: members.listMembers,
  answer: answers.listOf(volumes.volumeMember),
  handle: async ({ context, caller, path, query, base }) =>
    new Page(await list(context, caller, `${path.owner}/${path.volume}`, query, base), query),
})
