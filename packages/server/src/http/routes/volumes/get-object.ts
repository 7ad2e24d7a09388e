import { volumes } from '@reprise/contract'
import { getVolumeObject } from '../../../volumes/browse.ts'
import { route } from '../../route.ts'

/** GET /storage/volumes/{owner}/{volume}/object */
export const getObject = route({
  call: 'volumes.getObject',
  query: volumes.getObject,
  answer: volumes.volumeObject,
  handle: ({ context, caller, path, query, base }) =>
    getVolumeObject(context, caller, `${path.owner}/${path.volume}`, query.location, base),
})
