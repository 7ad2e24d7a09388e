import { genome } from '@reprise/contract'
import { markerFor, renderMarker } from '../../../genome/markers.ts'
import { route } from '../../route.ts'

/** GET /genome/markers/{id} */
export const getMarker = route({
  call: 'genome.markers.get',
  answer: genome.marker,
  handle: async ({ context, caller, path, base }) =>
    renderMarker(await markerFor(context.database.read, caller, 'genome.markers.get', path.marker), base),
})
