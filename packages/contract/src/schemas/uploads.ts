import { z } from 'zod'
import { bool, id, int, list, optional, text } from '../scalars.ts'
import { href, isoTime, listOf } from './answer.ts'
import { paging } from './common.ts'

/** Limits of the upload protocol; sizes in bytes. */
export const UPLOAD = {
  smallestPart: 5 * 2 ** 20,
  largestPart: 5 * 2 ** 30,
  defaultPart: 32 * 2 ** 20,
  parts: 10_000,
  largestFile: 5 * 2 ** 40,
}

export const beginUploadQuery = z.object({ overwrite: optional(bool) })

export const beginUpload = z.object({
  project: optional(id),
  parent: optional(id),
  name: optional(z.string('must be a string')),
  size: optional(
    int.pipe(
      z.number().min(0, 'must be 0 or more').max(UPLOAD.largestFile, `must be at most ${UPLOAD.largestFile} bytes`),
    ),
  ),
  part_size: optional(int),
  md5: optional(z.string('must be a string')),
})

export const listUploads = z.object(paging)

export const getUpload = z.object({ list_parts: optional(bool) })

const headers = optional(z.record(z.string(), z.unknown()))

/** What a client says of a part that it has sent. The name of the header may be in any case. */
export const partReport = z
  .object({ part_number: int, response: optional(z.object({ headers })) })
  .transform(({ part_number, response }) => {
    const etag = Object.entries(response?.headers ?? {}).find(([name]) => name.toLowerCase() === 'etag')?.[1]
    return { part_number, etag: typeof etag === 'string' ? etag : '' }
  })

export const partReports = z.object({ parts: list(partReport) })

/** The reports that are left may come with the completion. */
export const completeUpload = z.object({ parts: optional(list(partReport)) })

/** The query of a signed address. */
export const signedQuery = z.object({ user: text, expires: int, signature: text })

export type BeginUpload = z.infer<typeof beginUpload>
export type PartReport = z.infer<typeof partReport>

const item = {
  href,
  upload_id: z.string(),
  project: z.string(),
  parent: z.string(),
  name: z.string(),
  initiated: isoTime,
}

const reported = z.strictObject({
  part_number: z.int(),
  response: z.strictObject({ headers: z.strictObject({ ETag: z.string() }) }),
})

export const uploadList = listOf(z.strictObject(item))

/** An upload; `part_size`, in bytes, is binding. */
export const upload = z.strictObject({ ...item, part_size: z.int(), parallel_uploads: z.boolean() })

/** The same with how far it is; `parts` with list_parts. */
export const uploadDetails = upload.extend({ uploaded_parts_count: z.int(), parts: z.array(reported).optional() })

/** Where the bytes of a part go: the address needs no token. */
export const uploadPart = z.strictObject({
  method: z.literal('PUT'),
  url: href,
  expires: isoTime,
  headers: z.strictObject({}),
  success_codes: z.array(z.int()),
  report: z.strictObject({ headers: z.array(z.string()), success_codes: z.array(z.int()) }),
})

export const uploadRoot = z.strictObject({ multipart_upload_url: href })
