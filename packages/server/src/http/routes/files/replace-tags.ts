import { files } from '@reprise/contract'
import { replaceTags as replace } from '../../../files/edit.ts'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** PUT /files/{id}/tags */
export const replaceTags = route({
  call: 'files.replaceTags',
  answer: files.tagsAnswer,
  body: files.replaceTags,
  invalid: 5011,
  handle: async ({ context, caller, path, body }) => new WholeBody(await replace(context, caller, path.file, body)),
})
