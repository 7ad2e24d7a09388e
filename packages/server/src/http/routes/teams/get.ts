import { teams } from '@reprise/contract'
import { renderTeam, teamFor } from '../../../teams/teams.ts'
import { route } from '../../route.ts'

/** GET /teams/{id} */
export const getTeam = route({
  call: 'teams.get',
  answer: teams.team,
  handle: async ({ context, caller, path, base }) =>
    renderTeam(await teamFor(context.database.read, caller, 'teams.get', path.team), base),
})
