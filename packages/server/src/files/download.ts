import type { Caller, Context } from '../context.ts'
import { findFile } from '../database/files.ts'
import { getVolume } from '../database/volumes.ts'
import { ApiError } from '../errors.ts'
import { authorise } from '../rights/authorise.ts'
import { type Signed, sign, verify } from '../signing.ts'
import { requireEnabled } from '../users/callers.ts'
import { fileFor } from './find.ts'

/**
 * A signed address of the file's bytes. Throws ApiError 5017 for a folder, 5034 when its volume is inactive.
 *
 * Of a file on a volume, too, it is an address of ours, and no presigned one of the bucket: that would work for a day for
 * everybody who has it, whatever became of the user's rights and of the volume in the meantime. When it is used, rights are
 * looked at, and the bytes are streamed through here; or, where the operator says so, the client is sent on to a presigned
 * address of the bucket that works for some minutes. Not every client follows a redirect, and not each reaches the bucket.
 */
export async function downloadAddress(context: Context, caller: Caller, id: string, base: string): Promise<string> {
  const file = await fileFor(context, caller, 'files.downloadInfo', id)
  if (file.type === 'folder') throw new ApiError(5017)
  if (file.volume !== null && (await getVolume(context.database.read, file.volume))?.active !== 1)
    throw new ApiError(5034)
  return `${base}/signed/files/${id}?${sign(context.secret, 'GET', `files/${id}`, caller.username)}`
}

/** The file that a signed address is for, if its user still may have it. */
export async function signedFile({ database, secret }: Context, id: string, signed: Signed) {
  verify(secret, 'GET', `files/${id}`, signed)
  await requireEnabled(database.read, signed.user)
  const file = authorise('files.downloadInfo', await findFile(database.read, id, signed.user))
  if (file.content === null) throw new ApiError(5017)
  return {
    name: file.name,
    project: file.project,
    size: file.size ?? 0,
    content: file.content,
    modified: file.modified,
  }
}
