import { z } from 'zod'
import { id, ids, int, object, optional, small, text, texts } from '../scalars.ts'
import { href, isoTime, listOf } from './answer.ts'
import { paging } from './common.ts'

/**
 * The query of a list of files. `metadata.<key>` and `origin.<key>` are open sets of names: they stay in the query as they
 * came and are read by `metadataFilters`.
 */
export const listFiles = z.looseObject({
  ...paging,
  project: optional(id),
  parent: optional(id),
  name: optional(texts),
  tag: optional(texts),
  'origin.task': optional(ids),
  dataset: optional(id),
})

export const listFolder = z.object(paging)

/** A list with a token in place of an offset. `token=init` is the first page; a client sends `offset=0` with every call. */
export const scrollFiles = listFiles
  .extend({ token: optional(text) })
  .refine(query => query.offset === 0, { path: ['offset'], message: 'does not go with a token' })
  .refine(query => metadataFilters(query).length === 0, { path: ['metadata'], message: 'does not go with a token' })

export const createFolder = z.object({
  name: optional(z.string('must be a string')),
  type: optional(z.string('must be a string')),
  parent: optional(id),
  project: optional(id),
})

export const editFile = z.object({
  name: optional(z.string('must be a string')),
  metadata: optional(object),
  tags: optional(small(texts)),
})

/** Where a copy goes: `parent` wins over `project`. */
export const copyFile = z.object({
  project: optional(id),
  parent: optional(id),
  name: optional(z.string('must be a string')),
})

export const moveFile = copyFile

export const searchFiles = z.object({ query: optional(z.string('must be a string')) })

export const searchFilesQuery = z.object({
  limit: optional(int.pipe(z.number().min(1, 'must be 1 or more'))),
  cont_token: optional(text),
})

/** `type` in upper case here; `cont_token` is empty on the last page. */
export const searchResult = z.strictObject({
  count: z.int(),
  cont_token: z.string(),
  result_set: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      type: z.enum(['FILE', 'FOLDER']),
      metadata: z.record(z.string(), z.string()),
      tags: z.array(z.string()),
    }),
  ),
})

/** Metadata come bare. */
export const metadata = object

/** A bare list, or an object that wraps it. */
export const replaceTags = z.union([z.object({ tags: texts }).transform(body => body.tags), texts])

/** `metadata.<key>` of a query → the values given for it. */
export function metadataFilters(query: { [key: string]: unknown }): [key: string, values: string[]][] {
  return Object.entries(query)
    .filter(([name]) => name.startsWith('metadata.'))
    .map(([name, value]) => [name.slice('metadata.'.length), (Array.isArray(value) ? value : [value]).map(String)])
}

/** Names behind `origin.` in a query other than `task`: nothing has such an origin. */
export function otherOrigins(query: { [key: string]: unknown }): string[] {
  return Object.keys(query).filter(name => name.startsWith('origin.') && name !== 'origin.task')
}

export type ListFiles = z.infer<typeof listFiles>
export type ScrollFiles = z.infer<typeof scrollFiles>
export type CreateFolder = z.infer<typeof createFolder>
export type SearchFiles = z.infer<typeof searchFiles>
export type SearchFilesQuery = z.infer<typeof searchFilesQuery>
export type EditFile = z.infer<typeof editFile>
export type CopyFile = z.infer<typeof copyFile>
export type MoveFile = z.infer<typeof moveFile>

const storage = z.strictObject({
  type: z.enum(['PLATFORM', 'VOLUME']),
  hosted_on_locations: z.array(z.string()).optional(),
  volume: z.string().optional(),
  location: z.string().optional(),
})

/** Key to value; there are no others than strings. */
export const metadataAnswer = z.record(z.string(), z.string())

/** The tags of a file, bare. */
export const tagsAnswer = z.array(z.string())

/** A file or a folder: a folder has neither `size` nor `storage`, a root folder no `parent`. `size` is in bytes. */
export const file = z.strictObject({
  href,
  id: z.string(),
  name: z.string(),
  project: z.string(),
  parent: z.string().optional(),
  type: z.enum(['file', 'folder']),
  size: z.int().min(0).optional(),
  created_on: isoTime,
  modified_on: isoTime,
  storage: storage.optional(),
  origin: z.strictObject({ task: z.string().optional(), dataset: z.string().optional() }),
  tags: tagsAnswer,
  metadata: metadataAnswer,
})

export const fileList = listOf(file)

/** The address needs no token, for a while. */
export const downloadInfo = z.strictObject({ url: href })
