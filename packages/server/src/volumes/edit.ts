import type { Call, volumes } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import type { Queries } from '../database/index.ts'
import { countAliases } from '../database/pending.ts'
import { countActive } from '../database/transfers.ts'
import { deleteVolume, type FoundVolume, findVolume, listVolumes, updateVolume } from '../database/volumes.ts'
import { ApiError } from '../errors.ts'
import { authorise } from '../rights/authorise.ts'
import { asApiErrors } from './api-errors.ts'
import { accessMode } from './create.ts'
import { renderVolume } from './render.ts'
import { readService } from './service.ts'

/** A volume that the caller may use for this call. Throws ApiError 9007 or 9020. */
export async function volumeFor(db: Queries, caller: Caller, call: Call, id: string): Promise<FoundVolume> {
  return authorise(call, await findVolume(db, id, caller.username))
}

/** Volumes that the caller may see; `owner` narrows them to that user's. */
export async function listOwn(
  { database }: Context,
  caller: Caller,
  query: { limit: number; offset: number },
  base: string,
  owner?: string,
) {
  const found = await listVolumes(database.read, caller.username, { ...query, owner })
  return { total: found.total, items: found.rows.map(volume => renderVolume(volume, base)) }
}

/**
 * Changes what is given; the service leaf by leaf, secrets only when they are among the leaves. A volume that jobs use is
 * deactivated only by force: they fail then.
 */
export async function editVolume(
  { database, contents }: Context,
  caller: Caller,
  id: string,
  given: volumes.EditVolume,
  force: boolean,
): Promise<FoundVolume> {
  const before = await volumeFor(database.read, caller, 'volumes.edit', id)
  const mode = given.access_mode === undefined ? undefined : accessMode(given.access_mode)
  const read = given.service && readService(given.service, JSON.parse(before.service))
  if (read) await asApiErrors('volume', () => contents.volumes.check(read.service))
  const secrets = read?.secrets && (await contents.volumes.secrets.seal(id, read.secrets))
  return await database.write(async tx => {
    const volume = await volumeFor(tx, caller, 'volumes.edit', id)
    if (read && volume.service !== before.service) {
      throw new ApiError(90007, 'The volume was changed meanwhile: read it again.')
    }
    const stops = given.active === false && volume.active === 1 && !force
    const running = stops ? await countActive(tx, id) : 0
    if (running > 0) {
      const message = `${running} imports and exports use the volume: wait for them, or say force=true to let them fail.`
      throw new ApiError(90007, message, 'active')
    }
    await updateVolume(tx, id, {
      description: given.description ?? volume.description,
      access_mode: mode ?? volume.access_mode,
      active: given.active === undefined ? volume.active : Number(given.active),
      ...(read ? { service: JSON.stringify(read.service) } : {}),
      ...(secrets === undefined ? {} : { secrets }),
      modified: Date.now(),
    })
    return (await findVolume(tx, id, caller.username))!
  })
}

/** Removes an inactive volume on which no file lies; its objects stay where they are. */
export async function removeVolume({ database }: Context, caller: Caller, id: string): Promise<void> {
  await database.write(async tx => {
    const volume = await volumeFor(tx, caller, 'volumes.delete', id)
    if (volume.active === 1) throw new ApiError(90007, 'The volume is active: deactivate it first.', 'active')
    const files = await countAliases(tx, id)
    if (files > 0) throw new ApiError(90007, `${files} files lie on the volume: delete them first.`)
    await deleteVolume(tx, id)
  })
}
