import { bulk } from '@reprise/contract'
import { getFiles } from '../../../files/bulk.ts'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** POST /bulk/files/get. */
export const getFilesInBulk = route({
  call: 'bulk.files.get',
  body: bulk.fileIds,
  answer: bulk.fileRecords,
  invalid: 5033,
  handle: async ({ context, caller, body, base }) =>
    new WholeBody(await getFiles(context, caller, body.file_ids, base)),
  repeats: true,
})
