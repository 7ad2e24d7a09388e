import type { Call } from '@reprise/contract'
import type { Process } from '@reprise/cwl'
import { parseAppId } from '../apps/find.ts'
import type { Caller, Context } from '../context.ts'
import { type FoundRevision, findRevision } from '../database/apps.ts'
import type { Queries } from '../database/index.ts'
import { type FoundTask, findTask } from '../database/tasks.ts'
import { ApiError } from '../errors.ts'
import { authorise, may, mayRead } from '../rights/authorise.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** A task that the caller may use for this call. Throws ApiError 7005, 7002 or 7001. */
export async function taskFor(db: Queries, caller: Caller, call: Call, id: string): Promise<FoundTask> {
  if (!UUID.test(id)) throw new ApiError(7005)
  return authorise(call, await findTask(db, id.toLowerCase(), caller.username))
}

/**
 * The revision that `app` names, latest when it says none, and its process. An app of another project than the task's is used
 * there as a copy would be: that it may be read is not enough. Throws ApiError 7015, 7016, 6002, 6001 or 7017.
 */
export async function runnableApp(
  { models }: Context,
  db: Queries,
  caller: Caller,
  app: string | undefined,
  project: string,
): Promise<{ found: FoundRevision; process: Process; model: string }> {
  if (!app) throw new ApiError(7015, undefined, 'app')
  const id = parseAppId(app)
  if (!id) throw new ApiError(7016, undefined, 'app')
  const found = await findRevision(db, id.app, id.revision, caller.username)
  if (!found || !mayRead(found)) throw new ApiError(6002, `There is no app ${app}.`, 'app')
  if (found.project !== project && !may('copy', found)) {
    throw new ApiError(
      6001,
      `The app ${found.app} is of another project: to run it takes permission to copy it.`,
      'app',
    )
  }
  if (found.model === null) throw new ApiError(7017, undefined, 'app')
  return { found, process: await models.load(db, found.model), model: found.model }
}
