import type { Call, volumes } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import type { FoundVolume } from '../database/volumes.ts'
import type { VolumeObject } from '../storage/volumes/volume-store.ts'
import { isoTime } from '../time.ts'
import { asApiErrors } from './api-errors.ts'
import { volumeFor } from './edit.ts'
import { locationOnVolume, objectLocation } from './locations.ts'

/** One level of a volume below `prefix`, in the order of its keys, and how to ask for what follows. */
export async function browseVolume(context: Context, caller: Caller, id: string, query: volumes.Browse, base: string) {
  const { store, volume } = await openVolume(context, caller, 'volumes.browse', id)
  const { limit, continuation_token: token } = query
  const prefix = locationOnVolume(volume, query.prefix ?? '')
  const found = await asApiErrors('volume', () => store.list({ prefix, limit, token }))
  const list = `${base}/storage/volumes/${id}/list`
  return {
    items: found.objects.map(object => renderObject(object, volume, base)),
    prefixes: found.prefixes.map(deeper => ({ href: `${list}?prefix=${encode(deeper)}`, prefix: deeper, volume: id })),
    next: found.token,
  }
}

/** One object of a volume. Throws ApiError 9011, 9105. */
export async function getVolumeObject(
  context: Context,
  caller: Caller,
  id: string,
  location: string | undefined,
  base: string,
) {
  const { store, volume } = await openVolume(context, caller, 'volumes.getObject', id)
  const place = objectLocation(volume, location, 'location')
  return renderObject(await asApiErrors('volume', () => store.head(place)), volume, base)
}

async function openVolume({ database, contents }: Context, caller: Caller, call: Call, id: string) {
  const volume = await volumeFor(database.read, caller, call, id)
  return { volume, store: await asApiErrors('volume', () => contents.volumes.active(id)) }
}

export function renderObject({ location, size, etag, modified }: VolumeObject, volume: FoundVolume, base: string) {
  return {
    href: `${base}/storage/volumes/${volume.id}/object?location=${encode(location)}`,
    location,
    volume: volume.id,
    type: JSON.parse(volume.service).type,
    metadata: { size, etag, last_modified: isoTime(modified) },
  }
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
