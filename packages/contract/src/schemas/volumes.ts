import { z } from 'zod'
import { bool, int, object, optional, text } from '../scalars.ts'
import { href, isoTime } from './answer.ts'
import { paging } from './common.ts'
import { MEMBER_TYPES } from './members.ts'

/** What a volume's service may be called; in any case. */
export const SERVICE_TYPES = ['s3', 'gcs', 'azure', 'OSS', 'local'] as const

/** `access_mode` and `service` are looked at by the call: each of their faults has a code of its own. */
export const createVolume = z.object({
  name: optional(z.string('must be a string')),
  access_mode: optional(z.string('must be a string')),
  description: optional(z.string('must be a string').max(10_000, 'must have at most 10000 characters')),
  service: optional(object),
})

export const editVolume = z.object({
  access_mode: optional(z.string('must be a string')),
  description: optional(z.string('must be a string').max(10_000, 'must have at most 10000 characters')),
  service: optional(object),
  active: optional(bool),
})

export const editVolumeQuery = z.object({ force: optional(bool) })

export const listVolumes = z.object(paging)

/** Objects and prefixes of one answer, when the call does not say, and at most. */
const BROWSED = { default: 50, most: 100 }

export const browse = z.object({
  prefix: optional(text),
  limit: optional(int.pipe(z.number().min(1, 'must be 1 or more'))).transform(n =>
    Math.min(n ?? BROWSED.default, BROWSED.most),
  ),
  continuation_token: optional(text),
})

export const getObject = z.object({ location: optional(text) })

const properties = z.strictObject({
  sse_algorithm: z.string().nullable(),
  sse_aws_kms_key_id: z.string().optional(),
  aws_canned_acl: z.string().optional(),
  aws_storage_class: z.string().optional(),
})

const exporting = { export_enabled: z.boolean(), direct_export_enabled: z.boolean() }

/** Secrets are never shown. */
const service = z.union([
  z.strictObject({
    type: z.literal('s3'),
    bucket: z.string(),
    prefix: z.string(),
    endpoint: z.string(),
    credentials: z.strictObject({ access_key_id: z.string() }),
    properties,
    ...exporting,
  }),
  z.strictObject({ type: z.literal('local'), path: z.string(), prefix: z.string(), ...exporting }),
])

export const volume = z.strictObject({
  href,
  id: z.string(),
  name: z.string(),
  description: z.string(),
  access_mode: z.enum(['RO', 'RW']),
  active: z.boolean(),
  created_on: isoTime,
  modified_on: isoTime,
  service,
})

/** An object of a volume. */
export const volumeObject = z.strictObject({
  href,
  location: z.string(),
  volume: z.string(),
  type: z.enum(['s3', 'local']),
  metadata: z.strictObject({ size: z.int(), etag: z.string(), last_modified: isoTime }),
})

const prefix = z.strictObject({ href, prefix: z.string(), volume: z.string() })

/** Not as other lists: prefixes beside the items, links of one key, no total. */
export const browsed = z.strictObject({
  href,
  items: z.array(volumeObject.partial()),
  prefixes: z.array(prefix),
  links: z.array(z.strictObject({ next: href })),
})

export const volumePermissions = z.strictObject({
  write: z.boolean(),
  read: z.boolean(),
  copy: z.boolean(),
  admin: z.boolean(),
})

export const volumeMember = z.strictObject({
  href,
  id: z.string(),
  username: z.string(),
  email: z.string(),
  type: z.enum(MEMBER_TYPES),
  permissions: volumePermissions,
})

export type CreateVolume = z.infer<typeof createVolume>
export type EditVolume = z.infer<typeof editVolume>
export type Browse = z.infer<typeof browse>
