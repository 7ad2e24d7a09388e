import { z } from 'zod'
import { id, ids, list, object, optional, small, texts, word } from '../scalars.ts'
import { href, recordsOf } from './answer.ts'
import { file } from './files.ts'
import { task } from './tasks.ts'

/** Items of one bulk call, at most. */
export const BULK = 100

const most = `must have at most ${BULK} items`

export const fileIds = z.object({ file_ids: ids.refine(ids => ids.length <= BULK, most) })

export const taskIds = z.object({ task_ids: ids.refine(ids => ids.length <= BULK, most) })

/** The id of a file is called `id` by a client and `file_id` by the documents. A `null` is kept apart from absent. */
const change = z.object({
  id: optional(id),
  file_id: optional(id),
  name: optional(z.string('must be a string')),
  tags: small(z.union([z.null(), texts])).optional(),
  metadata: z.union([z.null(), object]).optional(),
})

export const fileChanges = z.object({ items: list(change).refine(items => items.length <= BULK, most) })

/** A map, from the id of each file to how its copying ended. */
export const copyResults = z.record(
  z.string(),
  z.union([
    z.strictObject({ status: z.literal('OK'), new_file_id: z.string(), new_file_name: z.string() }),
    z.strictObject({ status: z.literal('FAILED'), message: z.string() }),
  ]),
)

export const copyFiles = z.object({ project: optional(id), file_ids: optional(ids) })

/** A list of paths `owner/project/folder/name`. */
export const filePaths = ids

/** The ids in the order of the paths; null where there is nothing. */
export const fileIdsAnswer = z.array(z.string().nullable())

/** Files by the ids that they have in a dataset, as portals of programmes know them. `type` is of the origin. */
export const originIds = z.object({
  type: word(['dataset']),
  dataset: id.pipe(z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'must be owner/dataset')),
  items: list(z.object({ id: id.pipe(z.string().min(1, 'must not be empty')) }, 'must be an object with id'))
    .refine(items => items.length > 0, 'must have at least one item')
    .refine(items => items.length <= BULK, most),
})

/** One for each id that is known; the others are left out. */
export const originFiles = z.strictObject({
  items: z.array(z.strictObject({ href, id: z.string(), name: z.string() })),
})

export const fileRecords = recordsOf(file)
export const taskRecords = recordsOf(task)

export type FileChange = z.infer<typeof change>
export type CopyFiles = z.infer<typeof copyFiles>
export type CopyResults = z.infer<typeof copyResults>
