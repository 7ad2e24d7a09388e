import { files } from '@reprise/contract'
import { FILE_SUMMARY } from '../../../files/render.ts'
import { scrollFolder as folder, scrollFilesByQuery } from '../../../files/scroll.ts'
import { Scroll } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /files/scroll: a list of one level, page by page with a token in place of an offset. */
export const scrollFiles = route({
  call: 'files.scroll',
  query: files.scrollFiles,
  answer: files.fileList,
  invalid: 5033,
  handle: async ({ context, caller, query, base }) =>
    new Scroll(await scrollFilesByQuery(context, caller, query, base), query.limit, FILE_SUMMARY),
})

/** GET /files/{id}/scroll */
export const scrollFolder = route({
  call: 'files.scrollFolder',
  query: files.scrollFiles,
  answer: files.fileList,
  invalid: 5033,
  handle: async ({ context, caller, path, query, base }) =>
    new Scroll(await folder(context, caller, path.file, query, base), query.limit, FILE_SUMMARY),
})
