import { z } from 'zod'
import { optional } from '../scalars.ts'

/**
 * The services of volumes, as they are given. What has a code of its own (`sse_algorithm`, `aws_canned_acl`,
 * `aws_storage_class`, `private_key`) is a string here and looked at by the server.
 */
const word = z.string('is missing or no string').min(1, 'must not be empty').max(2000, 'is too long')
const prefix = optional(z.string('must be a string').max(1000, 'is too long'))
const bucket = word.max(255, 'is too long').regex(/^[^/\s]+$/, 'must be the name of a bucket')

/** How objects are written. */
export const properties = z.object(
  {
    sse_algorithm: optional(word),
    sse_aws_kms_key_id: optional(word),
    aws_canned_acl: optional(word),
    aws_storage_class: optional(word),
  },
  'must be an object',
)

/** Credentials of a user, or of a role to be taken. */
export const s3Service = z.object({
  bucket,
  prefix,
  endpoint: optional(word),
  /** older name of the endpoint */
  root_url: optional(word),
  credentials: z.union(
    [
      z.object({ role_arn: word, external_id: optional(word) }),
      z.object({ access_key_id: word, secret_access_key: optional(word) }, 'must be an object'),
    ],
    'must be an object',
  ),
  properties: optional(properties),
})

export const gcsService = z.object({
  bucket,
  prefix,
  root_url: optional(word),
  credentials: z.union(
    [
      z.object({ configuration: z.string('is missing or no string').min(1, 'must not be empty') }),
      z.object(
        { client_email: word, private_key: z.string('is missing or no string').max(10_000, 'is too long') },
        'must be an object',
      ),
    ],
    'must be an object',
  ),
})

export const azureService = z.object({
  storage_account: word,
  container: word,
  endpoint: optional(word),
  prefix,
  credentials: z.object({ tenant_id: word, client_id: word, client_secret: word }, 'must be an object'),
  properties: z.object({ resource_id: word }, 'must be an object'),
})

export const ossService = z.object({
  bucket,
  endpoint: word,
  prefix,
  credentials: z.object({ access_key_id: word, secret_access_key: word }, 'must be an object'),
})

/** A folder of the server's machine. */
export const localService = z.object({ path: word, prefix })
