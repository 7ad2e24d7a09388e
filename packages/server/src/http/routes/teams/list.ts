import { answers, teams } from '@reprise/contract'
import { listTeams as list } from '../../../teams/divisions.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /teams?division=: the caller's, with `_all` all of the division. */
export const listTeams = route({
  call: 'teams.list',
  query: teams.listTeams,
  answer: answers.listOf(teams.team),
  handle: async ({ context, caller, query, base }) =>
    new Page(await list(context, caller, 'teams.list', query, base), query),
})
