import { genome } from '@reprise/contract'
import { listMarkers as list } from '../../../genome/markers.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /genome/markers */
export const listMarkers = route({
  call: 'genome.markers.list',
  query: genome.listMarkers,
  answer: genome.markerList,
  handle: async ({ context, caller, query, base }) =>
    new Page(await list(context, caller, query.file, query, base), query),
})
