import type { Caller } from '../context.ts'
import { deleteUpload, findUpload } from '../database/uploads.ts'
import { authorise } from '../rights/authorise.ts'
import type { UploadsContext } from './folders.ts'

/** Ends an upload and frees its parts. */
export function abortUpload(context: UploadsContext, caller: Caller, id: string): Promise<void> {
  return context.uploads.alone(id, async () => {
    await context.database.write(async tx => {
      authorise('uploads.abort', await findUpload(tx, id, caller.username))
      await deleteUpload(tx, id)
    })
    await context.uploads.breakOff(id)
    await context.uploads.remove(id)
  })
}
