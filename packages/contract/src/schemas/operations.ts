import { z } from 'zod'
import { id, list, optional } from '../scalars.ts'
import { failure, href, isoTime, listOf } from './answer.ts'
import { paging } from './common.ts'
import { file } from './files.ts'

const text = optional(z.string('must be a string'))

/** Where files and folders are to go; an empty string is as good as absent. */
export const transferFiles = z.object({
  items: optional(
    list(
      z.object({ file: optional(id), parent: optional(id), project: optional(id), name: text }, 'must be an object'),
    ),
  ),
})

export const removeFiles = z.object({ items: optional(list(z.object({ file: optional(id) }, 'must be an object'))) })

export const listOperations = z.object(paging)

/** An asynchronous operation on files; there is no state for failure: failures are counted, and itemised in `result`. */
export const fileOperation = z.strictObject({
  href,
  id: z.string(),
  type: z.enum(['COPY', 'MOVE', 'DELETE']),
  state: z.enum(['SUBMITTED', 'RESOLVING', 'RUNNING', 'FINISHED']),
  total_files: z.int(),
  completed_files: z.int(),
  failed_files: z.int(),
  result: z.array(z.union([z.strictObject({ resource: file }), z.strictObject({ error: failure })])),
  started_on: isoTime.optional(),
  finished_on: isoTime.optional(),
})

export const fileOperationList = listOf(fileOperation)

export type TransferFiles = z.infer<typeof transferFiles>
export type RemoveFiles = z.infer<typeof removeFiles>
