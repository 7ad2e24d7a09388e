import { teams } from '@reprise/contract'
import { editTeam as edit, renderTeam } from '../../../teams/teams.ts'
import { route } from '../../route.ts'

/** PATCH /teams/{id}: its name. */
export const editTeam = route({
  call: 'teams.edit',
  body: teams.editTeam,
  answer: teams.team,
  handle: async ({ context, caller, path, body, base }) =>
    renderTeam(await edit(context, caller, path.team, body), base),
})
