import type { volumes } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { isUniqueViolation } from '../database/errors.ts'
import type { VolumeRow } from '../database/schema.ts'
import { putVolumeGrant } from '../database/volume-grants.ts'
import { insertVolume } from '../database/volumes.ts'
import { OWNER } from '../domain/rights.ts'
import { ApiError } from '../errors.ts'
import { asApiErrors } from './api-errors.ts'
import { readService } from './service.ts'

/**
 * A volume, owned by the caller. Its storage is not asked: credentials that don't work are found when it is used.
 * @throws ApiError 9010, 9013 to 9019, 9022 to 9025, 9103
 */
export async function createVolume({ database, contents }: Context, caller: Caller, given: volumes.CreateVolume) {
  const name = volumeName(given.name)
  const access_mode = accessMode(given.access_mode ?? 'RW')
  const { service, secrets } = readService(given.service)
  await asApiErrors('volume', () => contents.volumes.check(service))
  const id = `${caller.username}/${name}`
  const now = Date.now()
  const volume: VolumeRow = {
    id,
    owner: caller.username,
    name,
    description: given.description ?? '',
    access_mode,
    active: 1,
    service: JSON.stringify(service),
    secrets: secrets ? await contents.volumes.secrets.seal(id, secrets) : null,
    created: now,
    modified: now,
  }
  try {
    await database.write(async tx => {
      await insertVolume(tx, volume)
      await putVolumeGrant(tx, { volume: id, type: 'USER', member: caller.username }, OWNER)
      return volume
    })
  } catch (error) {
    throw isUniqueViolation(error) ? new ApiError(9010, undefined, 'name') : error
  }
  return volume
}

function volumeName(given: string | undefined): string {
  if (!given) throw new ApiError(9013, undefined, 'name')
  if (!/^[A-Za-z0-9_]{1,32}$/.test(given)) throw new ApiError(9014, undefined, 'name')
  return given
}

/** In any case. Throws ApiError 9015. */
export function accessMode(given: string): 'RO' | 'RW' {
  const mode = given.toUpperCase()
  if (mode !== 'RO' && mode !== 'RW') throw new ApiError(9015, undefined, 'access_mode')
  return mode
}
