import { removeVolume } from '../../../volumes/edit.ts'
import { route } from '../../route.ts'

/** DELETE /storage/volumes/{owner}/{volume} */
export const deleteVolume = route({
  call: 'volumes.delete',
  handle: ({ context, caller, path }) => removeVolume(context, caller, `${path.owner}/${path.volume}`),
})
