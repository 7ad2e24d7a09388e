import { removeTeam } from '../../../teams/teams.ts'
import { route } from '../../route.ts'

/** DELETE /teams/{id} */
export const deleteTeam = route({
  call: 'teams.delete',
  handle: ({ context, caller, path }) => removeTeam(context, caller, path.team),
})
