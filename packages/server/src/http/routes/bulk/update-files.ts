import { bulk } from '@reprise/contract'
import { updateFiles } from '../../../files/bulk.ts'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** POST /bulk/files/update: replaces. */
export const updateFilesInBulk = route({
  call: 'bulk.files.update',
  body: bulk.fileChanges,
  answer: bulk.fileRecords,
  invalid: 5033,
  handle: async ({ context, caller, body, base }) =>
    new WholeBody(await updateFiles(context, caller, body.items, base)),
  repeats: true,
})
