import { bulk } from '@reprise/contract'
import { editFiles } from '../../../files/bulk.ts'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** POST /bulk/files/edit: merges. */
export const editFilesInBulk = route({
  call: 'bulk.files.edit',
  body: bulk.fileChanges,
  answer: bulk.fileRecords,
  invalid: 5033,
  handle: async ({ context, caller, body, base }) => new WholeBody(await editFiles(context, caller, body.items, base)),
  repeats: true,
})
