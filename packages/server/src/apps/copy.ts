import type { apps } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import {
  type FoundRevision,
  findApp,
  findRevision,
  getRevisions,
  insertApp,
  insertRevisions,
} from '../database/apps.ts'
import { isUniqueViolation } from '../database/errors.ts'
import { findProject } from '../database/projects.ts'
import type { AppRevisionRow } from '../database/schema.ts'
import { ApiError } from '../errors.ts'
import { projectId } from '../projects/ids.ts'
import { authorise } from '../rights/authorise.ts'
import { revisionFor } from './find.ts'

type Path = { owner: string; project: string; app: string; revision?: string }

const NAME_TAKEN = 'the project has an app of this name already: give another one.'

/**
 * Copies an app to a project, up to the revision that is named. By strategy:
 *
 *     clone           all revisions, with their numbers, authors and notes; later ones come from the original
 *     clone_direct    all revisions; later ones come from the source
 *     transient       the last one only, as revision 0; later ones come from the original
 *     direct          the last one only; later ones come from the source
 *
 * The original is where the first of a row of copies was made from.
 */
export async function copyApp(
  context: Context,
  caller: Caller,
  path: Path,
  given: apps.CopyApp,
): Promise<FoundRevision> {
  const call = path.revision === undefined ? 'apps.copy' : 'apps.copyRevision'
  const { project, name, strategy = 'clone' } = given
  if (!project) throw new ApiError(6009, undefined, 'project')
  projectId(project, 3012)
  if (name === '') throw new ApiError(6004, undefined, 'name')
  const source = await revisionFor(context, caller, call, path)
  const short = name === undefined ? source.name : shortName(name)
  const id = `${project}/${short}`
  try {
    return await context.database.write(async tx => {
      authorise('apps.create', await findProject(tx, project, caller.username))
      const from = authorise(call, await findRevision(tx, source.app, source.revision, caller.username))
      if (await findApp(tx, id)) throw new ApiError(6003, NAME_TAKEN, 'name')
      const all = strategy === 'clone' || strategy === 'clone_direct'
      const original = from.original ?? from.app
      const follows = strategy === 'clone' || strategy === 'transient' ? original : from.app
      const now = Date.now()
      await insertApp(tx, {
        id,
        project,
        name: short,
        latest: 0,
        copy_of: `${from.app}/${from.revision}`,
        original,
        follows,
        synced: follows === from.app ? from.revision : from.follows === follows ? from.synced : null,
        created_by: caller.username,
        created: now,
      })
      const revisions = await getRevisions(tx, from.app, all ? 0 : from.revision, from.revision)
      const renamed = revisions.map(revision => ({
        ...revision,
        app: id,
        label: name ?? revision.label,
        search: name === undefined ? revision.search : `${name.toLowerCase()}\n${revision.search}`,
      }))
      await insertRevisions(tx, all ? renamed : renamed.map(revision => alone(revision, from, caller, now)))
      return (await findRevision(tx, id, undefined, caller.username))!
    })
  } catch (error) {
    throw isUniqueViolation(error) ? new ApiError(6003, NAME_TAKEN, 'name') : error
  }
}

/** A revision that comes without those before it. */
function alone(revision: AppRevisionRow, from: FoundRevision, caller: Caller, created: number): AppRevisionRow {
  const notes = `Copy of ${from.app}/${from.revision}`
  return { ...revision, revision: 0, notes, created_by: caller.username, created }
}

/** What is left of a name, or of a label with blanks, for an id. Throws ApiError 6004. */
function shortName(name: string): string {
  const short = name
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[-.]+|-+$/g, '')
    .slice(0, 200)
  if (short === '') throw new ApiError(6004, undefined, 'name')
  return short
}
