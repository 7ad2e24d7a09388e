import { type ErrorCode, services, volumes } from '@reprise/contract'
import type { z } from 'zod'
import { ApiError } from '../errors.ts'
import { AWS, isAws } from '../storage/volumes/s3-endpoint.ts'
import type { LocalService, S3Service, Service } from '../storage/volumes/service.ts'
import type { StoreProperties } from '../storage/volumes/volume-store.ts'

type Given = { [key: string]: unknown }

/** A service to store, apart from its secrets. */
export interface ReadService {
  service: Service
  /** undefined: none were given */
  secrets: { [name: string]: string } | undefined
}

/** Services that are checked and then refused, because nothing here can talk to them. */
const FOREIGN = { gcs: services.gcsService, azure: services.azureService, OSS: services.ossService }

/**
 * A service as it is stored, of what a call gives: all of it for a new volume, otherwise only the leaves that change.
 * @throws ApiError 9016, 9017, 9019, 9022, 9023, 9024, 9025
 */
export function readService(given: Given | undefined, before?: Service): ReadService {
  if (!given) throw new ApiError(9016, undefined, 'service')
  const whole = before ? merged({ ...before }, given) : { ...given }
  // the older name of the endpoint, in an edit
  if (given.root_url && !given.endpoint) whole.endpoint = given.root_url
  const type = volumes.SERVICE_TYPES.find(known => known.toLowerCase() === String(whole.type ?? '').toLowerCase())
  if (!type) throw new ApiError(9017, `must be one of ${volumes.SERVICE_TYPES.join(', ')}.`, 'service.type')
  if (before && before.type !== type) throw new ApiError(9017, 'a volume keeps its type.', 'service.type')
  if (type === 'local') return { service: readLocal(whole), secrets: undefined }
  if (type === 's3') return readS3(whole, before !== undefined)
  const read = parse(FOREIGN[type], whole)
  if ('private_key' in read.credentials && !/^-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(read.credentials.private_key)) {
    throw new ApiError(9025, undefined, 'service.credentials.private_key')
  }
  throw new ApiError(9019, `this server talks to volumes of type s3 and local, not ${type}.`, 'service.type')
}

/** Leaf by leaf; what is given wins. */
function merged(before: Given, given: Given): Given {
  const result = { ...before }
  for (const [key, value] of Object.entries(given)) {
    const inner = result[key]
    result[key] = isObject(value) && isObject(inner) ? merged(inner, value) : value
  }
  return result
}

function isObject(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readLocal(given: Given): LocalService {
  const { path, prefix } = parse(services.localService, given)
  return { type: 'local', path, prefix: prefix ?? '' }
}

function readS3(given: Given, known: boolean): ReadService {
  const { bucket, prefix, credentials, properties, ...read } = parse(services.s3Service, given)
  if ('role_arn' in credentials) {
    const message = 'roles are not offered here: give access_key_id and secret_access_key.'
    throw new ApiError(9019, message, 'service.credentials.role_arn')
  }
  const { access_key_id, secret_access_key } = credentials
  if (secret_access_key === undefined && !known) {
    throw new ApiError(9017, 'is missing.', 'service.credentials.secret_access_key')
  }
  const endpoint = read.endpoint ?? read.root_url ?? AWS
  const service: S3Service = {
    type: 's3',
    bucket,
    prefix: prefix ?? '',
    endpoint,
    credentials: { access_key_id },
    properties: readProperties(properties ?? {}, endpoint),
  }
  return { service, secrets: secret_access_key === undefined ? undefined : { secret_access_key } }
}

const ALGORITHMS = ['AES256', 'aws:kms']
const ACLS = [
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
]
const CLASSES = [
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'GLACIER_IR',
  'DEEP_ARCHIVE',
]

/** Without an algorithm AWS encrypts with AES256; other services need not be able to, and are not asked. */
export function readProperties(given: { [key: string]: string | undefined }, endpoint: string): StoreProperties {
  const check = (key: string, known: string[], code: ErrorCode) => {
    if (given[key] !== undefined && !known.includes(given[key])) {
      throw new ApiError(code, `must be one of ${known.join(', ')}.`, `properties.${key}`)
    }
  }
  check('sse_algorithm', ALGORITHMS, 9023)
  check('aws_canned_acl', ACLS, 9022)
  check('aws_storage_class', CLASSES, 9024)
  const { sse_algorithm = isAws(endpoint) ? 'AES256' : null, ...others } = given
  return { sse_algorithm, ...Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined)) }
}

/** Properties of one export, which go over those of the volume: only what is given. */
export function readExportProperties(given: Given): StoreProperties {
  const properties = parse(services.properties, given, ['properties'])
  const { sse_algorithm, ...others } = readProperties(properties, '')
  return properties.sse_algorithm === undefined ? others : { sse_algorithm, ...others }
}

function parse<T extends z.ZodType>(schema: T, value: unknown, at = ['service']): z.output<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  let issue = result.error.issues[0]!
  let path = issue.path
  while (issue.code === 'invalid_union' && issue.errors.at(-1)?.[0]) {
    issue = issue.errors.at(-1)![0]!
    path = [...path, ...issue.path]
  }
  throw new ApiError(9017, `${issue.message}.`, [...at, ...path].join('.'))
}
