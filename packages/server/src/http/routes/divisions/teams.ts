import { answers, teams } from '@reprise/contract'
import { listTeams } from '../../../teams/divisions.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /divisions/{id}/teams: all of them, for old clients. */
export const listDivisionTeams = route({
  call: 'divisions.teams',
  query: teams.page,
  answer: answers.listOf(teams.team),
  handle: async ({ context, caller, path, query, base }) => {
    const all = { ...query, division: path.division, _all: true }
    return new Page(await listTeams(context, caller, 'divisions.teams', all, base), query)
  },
})
