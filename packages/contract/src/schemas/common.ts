import { z } from 'zod'
import { int, optional } from '../scalars.ts'

/** Items of a page when the call does not say, and at most. */
export const PAGE = { default: 50, most: 100 }

/** `limit` and `offset` of a list: more than a page's most is as good as the most. */
export const paging = {
  limit: optional(int.pipe(z.number().min(1, 'must be 1 or more'))).transform(n =>
    Math.min(n ?? PAGE.default, PAGE.most),
  ),
  offset: optional(int.pipe(z.number().min(0, 'must be 0 or more'))).transform(n => n ?? 0),
}

/** What a query has when nothing in it is looked at. */
export const nothing = z.object({})
