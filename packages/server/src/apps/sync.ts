import type { Caller, Context } from '../context.ts'
import { type FoundRevision, findRevision, getRevisions, insertRevision, updateApp } from '../database/apps.ts'
import { ApiError } from '../errors.ts'
import { authorise } from '../rights/authorise.ts'

/**
 * Gives a copy the newest revision of the app that it follows, as a revision after its latest; one that has it already
 * stays as it is. Throws ApiError 90000 for an app that is no copy, 6002 or 6001 when what it follows can't be copied any more.
 */
export async function syncApp({ database }: Context, caller: Caller, id: string): Promise<FoundRevision> {
  return database.write(async tx => {
    const app = authorise('apps.sync', await findRevision(tx, id, undefined, caller.username))
    if (app.follows === null) throw new ApiError(90000, 'The app is no copy: there is nothing that it follows.')
    const source = await findRevision(tx, app.follows, undefined, caller.username)
    if (!source?.rights?.read) throw new ApiError(6002, `The app ${app.follows}, which this one follows, is not there.`)
    authorise('apps.copy', source)
    const current = app.synced === null ? source.raw === app.raw : source.revision === app.synced
    if (current) return app
    const [newest] = await getRevisions(tx, source.app, source.revision, source.revision)
    await insertRevision(tx, {
      ...newest!,
      app: id,
      revision: app.latest + 1,
      notes: newest!.notes ?? `Copy of ${source.app}/${source.revision}`,
      created_by: caller.username,
      created: Date.now(),
    })
    await updateApp(tx, id, { synced: source.revision, copy_of: `${source.app}/${source.revision}` })
    return (await findRevision(tx, id, undefined, caller.username))!
  })
}
