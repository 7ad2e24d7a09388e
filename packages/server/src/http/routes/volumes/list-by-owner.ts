import { answers, volumes } from '@reprise/contract'
import { listOwn } from '../../../volumes/edit.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /storage/volumes/{owner} */
export const listVolumesByOwner = route({
  call: 'volumes.listByOwner',
  query: volumes.listVolumes,
  answer: answers.listOf(volumes.volume),
  handle: async ({ context, caller, path, query, base }) =>
    new Page(await listOwn(context, caller, query, base, path.owner), query),
})
