import { answers, volumes } from '@reprise/contract'
import { listOwn } from '../../../volumes/edit.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /storage/volumes */
export const listVolumes = route({
  call: 'volumes.list',
  query: volumes.listVolumes,
  answer: answers.listOf(volumes.volume),
  handle: async ({ context, caller, query, base }) => new Page(await listOwn(context, caller, query, base), query),
})
