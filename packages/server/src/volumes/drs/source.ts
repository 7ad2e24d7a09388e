import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Context } from '../../context.ts'
import type { NewContent } from '../../database/contents.ts'
import type { VolumeRow } from '../../database/schema.ts'
import { importableVolumes } from '../../database/volumes.ts'
import { ApiError } from '../../errors.ts'
import { ContentMismatch } from '../../storage/contents.ts'
import { NoDiskSpace } from '../../storage/disk-space.ts'
import { isWithin } from '../../storage/volumes/local-paths.ts'
import type { Service } from '../../storage/volumes/service.ts'
import { asApiErrors } from '../api-errors.ts'
import type { AccessUrl, DrsClient, DrsObject } from './client.ts'

/**
 * The content of a DRS object: an alias when an access method leads to an object of a volume that the user may import from;
 * otherwise its bytes, fetched over http or https and verified by size and checksum. Throws ApiError.
 */
export async function contentOf(
  context: Context,
  client: DrsClient,
  username: string,
  host: string,
  object: DrsObject,
): Promise<NewContent> {
  const methods = object.access_methods ?? []
  const urls: AccessUrl[] = []
  for (const { access_url, access_id } of methods) {
    if (access_url) urls.push(access_url)
    else if (access_id) urls.push(await client.access(host, object.id, access_id))
  }
  const volumes = await importableVolumes(context.database.read, username)
  for (const { url } of urls) {
    const place = volumeLocationOf(url, volumes)
    if (place) return await alias(context, place, object)
  }
  const web = urls.find(({ url }) => /^https?:/i.test(url))
  if (web) return await fetched(context, client, username, web, object)
  const kinds = methods.map(({ type }) => type).join(', ') || 'none'
  const message = `No access method of the object can be used (${kinds}): https, http, or what lies on a volume of yours.`
  throw new ApiError(10225, message)
}

interface VolumeLocation {
  volume: string
  location: string
}

/** Where an address of S3 or of a file lies on one of the volumes. */
function volumeLocationOf(url: string, volumes: VolumeRow[]): VolumeLocation | undefined {
  for (const { id, service } of volumes) {
    const location = locationOn(JSON.parse(service), url)
    if (location) return { volume: id, location }
  }
  return undefined
}

function locationOn(service: Service, url: string): string | undefined {
  const key = service.type === 's3' ? keyIn(service.bucket, url) : pathIn(service.path, url)
  return key?.startsWith(service.prefix) ? key.slice(service.prefix.length) : undefined
}

function keyIn(bucket: string, url: string): string | undefined {
  const start = `s3://${bucket}/`
  return url.startsWith(start) ? url.slice(start.length) : undefined
}

function pathIn(folder: string, url: string): string | undefined {
  if (!url.startsWith('file:///')) return undefined
  try {
    const path = fileURLToPath(url)
    return path !== folder && isWithin(folder, path) ? relative(folder, path) : undefined
  } catch {
    return undefined
  }
}

async function alias(
  { contents }: Context,
  { volume, location }: VolumeLocation,
  object: DrsObject,
): Promise<NewContent> {
  const found = await asApiErrors('job', async () => (await contents.volumes.active(volume)).head(location))
  if (object.size !== undefined && object.size !== null && object.size !== found.size) {
    throw new ApiError(9109, `The object on the volume has ${found.size} bytes, the DRS server says ${object.size}.`)
  }
  return contents.addFromVolume(volume, found)
}

/** Checksums that are verified, the stronger first. */
const ALGORITHMS = [
  ['sha-256', 'sha256'],
  ['sha256', 'sha256'],
  ['md5', 'md5'],
] as const

async function fetched({ contents }: Context, client: DrsClient, user: string, url: AccessUrl, object: DrsObject) {
  const checksums = new Map((object.checksums ?? []).map(({ type, checksum }) => [type.toLowerCase(), checksum]))
  const known = ALGORITHMS.find(([type]) => checksums.has(type))
  const checksum = known && { algorithm: known[1], value: checksums.get(known[0])! }
  try {
    return await contents.addFromStream(await client.bytes(url), { size: object.size ?? undefined, checksum, user })
  } catch (error) {
    if (error instanceof NoDiskSpace) throw new ApiError(8008, 'The disk of the server is full.')
    if (!(error instanceof ContentMismatch)) throw error
    throw new ApiError(10215, `What was fetched is not what the DRS server describes: ${error.message}.`)
  }
}
