import { z } from 'zod'

/**
 * What answers look like, for the API's description. Objects are strict: a documented answer never gets a key of our own.
 * A key that may be missing is `.optional()`; any key but `href` may be missing besides when a call selects `fields`.
 */

/** Absolute. */
export const href = z.string()

/** UTC, in seconds: `2024-03-05T09:41:07Z`. */
export const isoTime = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/)

export const link = z.strictObject({ href, rel: z.enum(['next', 'prev']), method: z.literal('GET') })

/** A page of a list; the header X-Total-Matching-Query has the total. Items have their short form unless `fields` says more. */
export function listOf<T extends z.ZodRawShape>(item: z.ZodObject<T>) {
  return z.strictObject({ href, items: z.array(item.partial()), links: z.array(link) })
}

/** The body of every answer that is no success. */
export const failure = z.strictObject({
  status: z.int(),
  code: z.int(),
  message: z.string(),
  more_info: z.string(),
})

/** A bulk answer: one record for each item of the request, in its order. */
export function recordsOf(resource: z.ZodType) {
  return z.strictObject({
    items: z.array(z.union([z.strictObject({ resource }), z.strictObject({ error: failure })])),
  })
}

export const permissions = z.strictObject({
  write: z.boolean(),
  read: z.boolean(),
  copy: z.boolean(),
  execute: z.boolean(),
  admin: z.boolean(),
})
