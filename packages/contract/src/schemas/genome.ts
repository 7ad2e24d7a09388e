import { z } from 'zod'
import { bool, id, int, optional } from '../scalars.ts'
import { href, isoTime, listOf } from './answer.ts'
import { paging } from './common.ts'

const name = z.string('must be a string').max(255, 'must have at most 255 characters')
const base = int.pipe(z.number().min(0, 'must be 0 or more'))

/** First and last base of a place; inclusive. */
const position = z.object({ start: optional(base), end: optional(base) })

export const listMarkers = z.object({ ...paging, file: optional(id) })

export const createMarker = z.object({
  file: optional(id),
  name: optional(name),
  chromosome: optional(name),
  position: optional(position),
  private: optional(bool),
})

export const editMarker = createMarker.omit({ file: true })

export const marker = z.strictObject({
  href,
  id: z.string(),
  file: z.string(),
  name: z.string(),
  chromosome: z.string(),
  position: z.strictObject({ start: z.int(), end: z.int() }),
  created_time: isoTime,
  created_by: z.string(),
})

export const markerList = listOf(marker)

export type CreateMarker = z.infer<typeof createMarker>
export type EditMarker = z.infer<typeof editMarker>
