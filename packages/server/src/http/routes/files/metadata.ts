import { files } from '@reprise/contract'
import { editMetadata as edit, replaceMetadata as replace } from '../../../files/edit.ts'
import { fileFor } from '../../../files/find.ts'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /files/{id}/metadata */
export const getMetadata = route({
  call: 'files.getMetadata',
  answer: files.metadataAnswer,
  handle: async ({ context, caller, path }) =>
    new WholeBody(JSON.parse((await fileFor(context, caller, 'files.getMetadata', path.file)).metadata)),
})

/** PATCH /files/{id}/metadata: merges */
export const editMetadata = route({
  call: 'files.editMetadata',
  answer: files.metadataAnswer,
  body: files.metadata,
  invalid: 5006,
  handle: async ({ context, caller, path, body }) => new WholeBody(await edit(context, caller, path.file, body)),
})

/** PUT /files/{id}/metadata: replaces */
export const replaceMetadata = route({
  call: 'files.replaceMetadata',
  answer: files.metadataAnswer,
  body: files.metadata,
  invalid: 5006,
  handle: async ({ context, caller, path, body }) => new WholeBody(await replace(context, caller, path.file, body)),
})
