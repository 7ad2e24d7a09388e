import { volumes } from '@reprise/contract'
import { createVolume as create } from '../../../volumes/create.ts'
import { volumeFor } from '../../../volumes/edit.ts'
import { renderVolume } from '../../../volumes/render.ts'
import { route } from '../../route.ts'

/** POST /storage/volumes */
export const createVolume = route({
  call: 'volumes.create',
  body: volumes.createVolume,
  answer: volumes.volume,
  invalid: 9011,
  handle: async ({ context, caller, body, base }) => renderVolume(await create(context, caller, body), base),
  again: async ({ context, caller, base }, id) =>
    id === null ? undefined : renderVolume(await volumeFor(context.database.read, caller, 'volumes.get', id), base),
})
