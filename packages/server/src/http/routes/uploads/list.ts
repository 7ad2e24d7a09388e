import { uploads } from '@reprise/contract'
import { listUploads as list } from '../../../database/uploads.ts'
import { renderItem } from '../../../uploads/render.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /upload/multipart: the caller's uploads on their way. */
export const listUploads = route({
  call: 'uploads.list',
  answer: uploads.uploadList,
  query: uploads.listUploads,
  async handle({ context, caller, query, base }) {
    const { total, rows } = await list(context.database.read, caller.username, query)
    return new Page({ total, items: rows.map(upload => renderItem(upload, base)) }, query)
  },
})
