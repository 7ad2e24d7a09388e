import { volumes } from '@reprise/contract'
import { volumeFor } from '../../../volumes/edit.ts'
import { renderVolume } from '../../../volumes/render.ts'
import { route } from '../../route.ts'

/** GET /storage/volumes/{owner}/{volume} */
export const getVolume = route({
  call: 'volumes.get',
  answer: volumes.volume,
  handle: async ({ context, caller, path, base }) =>
    renderVolume(await volumeFor(context.database.read, caller, 'volumes.get', `${path.owner}/${path.volume}`), base),
})
