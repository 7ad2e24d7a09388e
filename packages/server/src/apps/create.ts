import type { Caller } from '../context.ts'
import { findApp, findRevision, insertApp, insertRevision } from '../database/apps.ts'
import { isUniqueViolation } from '../database/errors.ts'
import { findProject } from '../database/projects.ts'
import { storeHashed } from '../database/values.ts'
import { ApiError } from '../errors.ts'
import { authorise } from '../rights/authorise.ts'
import type { AppsContext } from './checker.ts'
import { revisionNumber } from './find.ts'

/**
 * Posts a document as an app's first revision, or as the one after its latest. A text that can't be read is 90009; a
 * document that can be read but is not valid CWL is stored with what is wrong, and no task can be made of it.
 */
export async function createRevision(
  context: AppsContext,
  caller: Caller,
  path: { owner: string; project: string; app: string; revision?: string },
  body: string | undefined,
) {
  const { database } = context
  const call = path.revision === undefined ? 'apps.create' : 'apps.createRevision'
  const project = `${path.owner}/${path.project}`
  const id = `${project}/${path.app}`
  const wanted = path.revision === undefined ? 0 : revisionNumber(path.revision)
  if (!/^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,199}$/.test(path.app)) throw new ApiError(6004)
  authorise(call, await findProject(database.read, project, caller.username))
  requireNext((await findApp(database.read, id))?.latest, wanted)
  const checked = await context.apps.check(caller.username, path.app, body ?? '')
  if ('unreadable' in checked) throw new ApiError(90009, `The document can not be read: ${checked.unreadable}`)
  const now = Date.now()
  try {
    return await database.write(async tx => {
      authorise(call, await findProject(tx, project, caller.username))
      const app = await findApp(tx, id)
      requireNext(app?.latest, wanted)
      if (!app) {
        await insertApp(tx, {
          id,
          project,
          name: path.app,
          latest: 0,
          copy_of: null,
          original: null,
          follows: null,
          synced: null,
          created_by: caller.username,
          created: now,
        })
      }
      await storeHashed(tx, checked.raw, ...(checked.model ? [checked.model] : []))
      await insertRevision(tx, {
        app: id,
        revision: wanted,
        label: checked.label,
        raw: checked.raw.hash,
        model: checked.model?.hash ?? null,
        problems: JSON.stringify(checked.problems),
        cwl_version: checked.cwlVersion,
        cwl: checked.cwl ? 1 : 0,
        notes: checked.notes,
        search: checked.search,
        created_by: caller.username,
        created: now,
      })
      return (await findRevision(tx, id, wanted, caller.username))!
    })
  } catch (error) {
    throw isUniqueViolation(error)
      ? new ApiError(6003, 'Another one was posted at the same time: post it again.')
      : error
  }
}

/** Revisions are posted one after the other, the first is 0. */
function requireNext(latest: number | undefined, wanted: number): void {
  const next = latest === undefined ? 0 : latest + 1
  if (wanted === next) return
  if (latest === undefined) throw new ApiError(6002, 'There is no such app: its first revision is 0.')
  if (wanted < next) throw new ApiError(6003, `exists already: the next revision is ${next}.`, 'revision')
  throw new ApiError(90000, `the next revision is ${next}.`, 'revision')
}
