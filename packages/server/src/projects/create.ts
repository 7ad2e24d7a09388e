import type { projects } from '@reprise/contract'
import { billingGroupId, DEFAULT_GROUP } from '../billing/groups.ts'
import type { Caller, Context } from '../context.ts'
import { insertFile } from '../database/files.ts'
import { putGrant } from '../database/members.ts'
import { findProject, idsLike, insertProject } from '../database/projects.ts'
import { OWNER } from '../domain/rights.ts'
import { ApiError } from '../errors.ts'
import { newFileId } from '../ids.ts'
import { refuseUnlessAdministrator } from './edit.ts'
import { freeId, shortName } from './ids.ts'
import { newSettings } from './settings.ts'

/** A project with its root folder, owned by the caller. Its id is made of the name; a taken one gets a number. */
export async function createProject({ database }: Context, caller: Caller, given: projects.CreateProject) {
  if (!given.name?.trim()) throw new ApiError(3007)
  if (given.type !== undefined && !/^v[12]$/.test(given.type)) throw new ApiError(given.type === '' ? 3009 : 3010)
  refuseUnlessAdministrator(caller, given.category)
  const now = Date.now()
  const project = {
    owner: caller.username,
    name: given.name,
    description: given.description ?? '',
    tags: JSON.stringify(given.tags ?? []),
    settings: JSON.stringify(newSettings(given)),
    billing_group: given.billing_group === undefined ? DEFAULT_GROUP : billingGroupId(given.billing_group),
    root_folder: newFileId(),
    public: given.category === 'PUBLIC' ? 1 : 0,
    created_by: caller.username,
    created: now,
    modified: now,
  }
  const short = shortName(given.name)
  return database.write(async tx => {
    const wanted = `${caller.username}/${short}`
    const id = freeId(wanted, new Set(await idsLike(tx, caller.username, wanted)))
    await insertProject(tx, { ...project, id })
    await putGrant(tx, { project: id, type: 'USER', member: caller.username }, OWNER)
    await insertFile(tx, {
      id: project.root_folder,
      project: id,
      parent: null,
      type: 'folder',
      name: short,
      content: null,
      size: null,
      origin_task: null,
      tags: '[]',
      metadata: '{}',
      created: now,
      modified: now,
    })
    return (await findProject(tx, id, caller.username))!
  })
}
