import { genome } from '@reprise/contract'
import { createMarker as create, markerFor, renderMarker } from '../../../genome/markers.ts'
import { route } from '../../route.ts'

/** POST /genome/markers */
export const createMarker = route({
  call: 'genome.markers.create',
  body: genome.createMarker,
  answer: genome.marker,
  handle: async ({ context, caller, body, base }) => renderMarker(await create(context, caller, body), base),
  again: async ({ context, caller, base }, id) =>
    id === null
      ? undefined
      : renderMarker(await markerFor(context.database.read, caller, 'genome.markers.get', id), base),
})
