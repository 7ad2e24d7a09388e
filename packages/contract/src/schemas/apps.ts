import { z } from 'zod'
import { optional, text, texts } from '../scalars.ts'
import { paging } from './common.ts'

export const listApps = z.object({
  ...paging,
  visibility: optional(text),
  project: optional(text),
  project_owner: optional(text),
  q: optional(texts),
  id: optional(texts),
})

export type ListApps = z.infer<typeof listApps>
