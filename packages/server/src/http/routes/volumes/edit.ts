import { volumes } from '@reprise/contract'
import { editVolume as edit } from '../../../volumes/edit.ts'
import { renderVolume } from '../../../volumes/render.ts'
import { route } from '../../route.ts'

/** PATCH /storage/volumes/{owner}/{volume}: details, settings, deactivation; `force` deactivates also while jobs run. */
export const editVolume = route({
  call: 'volumes.edit',
  query: volumes.editVolumeQuery,
  body: volumes.editVolume,
  answer: volumes.volume,
  invalid: 9011,
  handle: async ({ context, caller, path, body, query, base }) =>
    renderVolume(await edit(context, caller, `${path.owner}/${path.volume}`, body, query.force ?? false), base),
})
