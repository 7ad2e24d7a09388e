import { files } from '@reprise/contract'
import { listFilesByQuery } from '../../../files/list.ts'
import { FILE_SUMMARY } from '../../../files/render.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /files: one level of a project or a folder. */
export const listFiles = route({
  call: 'files.list',
  answer: files.fileList,
  query: files.listFiles,
  handle: async ({ context, caller, query, base }) =>
    new Page(await listFilesByQuery(context, caller, query, base), query, FILE_SUMMARY),
})
