import { teams } from '@reprise/contract'
import { divisionFor, renderDivision } from '../../../teams/divisions.ts'
import { route } from '../../route.ts'

/** GET /divisions/{id} */
export const getDivision = route({
  call: 'divisions.get',
  answer: teams.division,
  handle: async ({ context, caller, path, base }) =>
    renderDivision(await divisionFor(context, caller, 'divisions.get', path.division), base),
})
