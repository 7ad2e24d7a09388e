import { answers, teams, users } from '@reprise/contract'
import { listUsers as list } from '../../../teams/divisions.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /users?division=: the users of a division. */
export const listUsers = route({
  call: 'users.list',
  query: teams.listUsers,
  answer: answers.listOf(users.divisionUser),
  handle: async ({ context, caller, query, base }) => new Page(await list(context, caller, query, base), query),
})
