import { z } from 'zod'
import { optional, text, word } from '../scalars.ts'
import { href, isoTime, listOf } from './answer.ts'
import { paging } from './common.ts'

/** Datasets and automations: the server has none, so lists of them are empty. */

export const listNothing = z.object(paging)

export const datasetList = listOf(
  z.strictObject({ href, id: z.string(), name: z.string(), description: z.string().optional() }),
)

export const automationList = listOf(z.strictObject({ href, id: z.string(), name: z.string() }))

export const runList = listOf(
  z.strictObject({ href, id: z.string(), name: z.string(), status: z.string(), created_on: isoTime }),
)

/** `type` in any case. */
export const feedback = z.object({
  type: optional(word(['IDEA', 'THOUGHT', 'PROBLEM'])),
  text: optional(text.pipe(z.string().max(10_000, 'must have at most 10000 characters'))),
  referrer: optional(text.pipe(z.string().max(2000, 'must have at most 2000 characters'))),
})

export const feedbackTaken = z.strictObject({})

export type Feedback = z.infer<typeof feedback>
