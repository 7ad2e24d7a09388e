import { teams } from '@reprise/contract'
import { createTeam as create, renderTeam } from '../../../teams/teams.ts'
import { route } from '../../route.ts'

/** POST /teams */
export const createTeam = route({
  call: 'teams.create',
  body: teams.createTeam,
  answer: teams.team,
  handle: async ({ context, caller, body, base }) => renderTeam(await create(context, caller, body), base),
})
