import { z } from 'zod'
import { id, list, object, optional, texts, word } from '../scalars.ts'
import { failure, href, isoTime } from './answer.ts'
import { BULK } from './bulk.ts'

const text = optional(z.string('must be a string'))

/** What becomes of a file whose name is taken: it is kept, replaced, or the new one gets another name. */
export const CONFLICT_RESOLUTIONS = ['SKIP', 'OVERWRITE', 'AUTORENAME'] as const

const item = z.object(
  { drs_uri: text, project: optional(id), parent: optional(id), name: text, metadata: optional(object) },
  'must be an object',
)

export const importDrs = z.object({
  items: list(item).refine(items => items.length <= BULK, `must have at most ${BULK} items`),
  tags: optional(texts),
  conflict_resolution: optional(word(CONFLICT_RESOLUTIONS)),
})

const resource = z.strictObject({ href, id: z.string() })

/** There is no state for failure: failures are counted, and itemised in `result`. */
export const drsImport = z.strictObject({
  href,
  id: z.string(),
  state: z.enum(['SUBMITTED', 'RESOLVING', 'RUNNING', 'FINISHED']),
  total_files: z.int(),
  completed_files: z.int(),
  failed_files: z.int(),
  result: z.array(z.union([z.strictObject({ resource }), z.strictObject({ error: failure })])),
  started_on: isoTime.optional(),
  finished_on: isoTime.optional(),
})

export type ImportDrs = z.infer<typeof importDrs>
