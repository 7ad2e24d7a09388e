import { ApiError } from '../errors.ts'
import type { Service } from '../storage/volumes/service.ts'

/**
 * A location or a prefix as the volume has it. On a folder of this machine a slash at its beginning stands for the volume's
 * own root; in a bucket it is a letter of the key as any other.
 */
export function locationOnVolume(volume: { service: string }, given: string): string {
  const { type } = JSON.parse(volume.service) as Service
  return type === 'local' ? given.replace(/^\/+/, '') : given
}

/** The same for what names something. Throws ApiError 9011 for nothing, 9018 for the root itself. */
export function objectLocation(volume: { service: string }, given: string | undefined, field: string): string {
  if (!given) throw new ApiError(9011, 'is missing.', field)
  const location = locationOnVolume(volume, given)
  if (!location) throw new ApiError(9018, 'is the root of the volume: name what lies there.', field)
  return location
}
