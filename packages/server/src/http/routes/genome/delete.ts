import { removeMarker } from '../../../genome/markers.ts'
import { route } from '../../route.ts'

/** DELETE /genome/markers/{id} */
export const deleteMarker = route({
  call: 'genome.markers.delete',
  handle: ({ context, caller, path }) => removeMarker(context, caller, path.marker),
})
