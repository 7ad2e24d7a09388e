import { genome } from '@reprise/contract'
import { editMarker as edit, renderMarker } from '../../../genome/markers.ts'
import { route } from '../../route.ts'

/** PATCH /genome/markers/{id} */
export const editMarker = route({
  call: 'genome.markers.edit',
  body: genome.editMarker,
  answer: genome.marker,
  handle: async ({ context, caller, path, body, base }) =>
    renderMarker(await edit(context, caller, path.marker, body), base),
})
