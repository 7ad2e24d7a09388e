import { bulk } from '@reprise/contract'
import { deleteFiles } from '../../../files/bulk.ts'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** POST /bulk/files/delete: the records show the files as they were. */
export const deleteFilesInBulk = route({
  call: 'bulk.files.delete',
  body: bulk.fileIds,
  answer: bulk.fileRecords,
  invalid: 5033,
  handle: async ({ context, caller, body, base }) =>
    new WholeBody(await deleteFiles(context, caller, body.file_ids, base)),
})
