import { files } from '@reprise/contract'
import { listFolder as list } from '../../../files/list.ts'
import { FILE_SUMMARY } from '../../../files/render.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /files/{id}/list */
export const listFolder = route({
  call: 'files.listFolder',
  answer: files.fileList,
  query: files.listFolder,
  handle: async ({ context, caller, path, query, base }) =>
    new Page(await list(context, caller, path.file, query, base), query, FILE_SUMMARY),
})
