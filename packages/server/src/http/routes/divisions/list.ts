import { answers, teams } from '@reprise/contract'
import { listDivisions as list } from '../../../teams/divisions.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /divisions: those that the caller belongs to. */
export const listDivisions = route({
  call: 'divisions.list',
  query: teams.page,
  answer: answers.listOf(teams.division),
  handle: async ({ context, caller, query, base }) => new Page(await list(context, caller, query, base), query),
})
