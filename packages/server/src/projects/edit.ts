import type { Call, projects } from '@reprise/contract'
import { billingGroupId } from '../billing/groups.ts'
import type { Caller, Context } from '../context.ts'
import { hideProject, removeProjectRows } from '../database/project-removal.ts'
import { countRunning, findProject, updateProject } from '../database/projects.ts'
import { ApiError } from '../errors.ts'
import { authorise } from '../rights/authorise.ts'
import { editedSettings } from './settings.ts'

/** A project that the caller may use for this call. Throws ApiError 3002 or 3001. */
export async function projectFor({ database }: Context, caller: Caller, call: Call, id: string) {
  return authorise(call, await findProject(database.read, id, caller.username))
}

/** Changes what is given; settings are merged, tags replaced. */
export async function editProject(
  context: Context,
  caller: Caller,
  call: Call,
  id: string,
  given: projects.EditProject,
) {
  if (given.name !== undefined && !given.name.trim()) throw new ApiError(3007)
  const billing_group = given.billing_group === undefined ? undefined : billingGroupId(given.billing_group)
  return context.database.write(async tx => {
    const project = authorise(call, await findProject(tx, id, caller.username))
    refuseUnlessAdministrator(caller, given.category, project.public === 1 ? 'PUBLIC' : 'PRIVATE')
    await updateProject(tx, id, {
      name: given.name ?? project.name,
      description: given.description ?? project.description,
      tags: given.tags ? JSON.stringify(given.tags) : project.tags,
      settings: JSON.stringify(editedSettings(JSON.parse(project.settings), given)),
      billing_group: billing_group ?? project.billing_group,
      public: given.category === undefined ? project.public : given.category === 'PUBLIC' ? 1 : 0,
      modified: Date.now(),
    })
    return (await findProject(tx, id, caller.username))!
  })
}

/** What everybody may read is decided by an administrator. Throws ApiError 3001. */
export function refuseUnlessAdministrator(caller: Caller, given: string | undefined, before = 'PRIVATE'): void {
  if (caller.admin || given === undefined || given === before) return
  throw new ApiError(3001, 'Only an administrator makes a project public, or private again.', 'category')
}

/** Removes a project with everything in it; not while tasks of it are on their way. For others it is gone at once. */
export async function removeProject(context: Context, caller: Caller, id: string): Promise<void> {
  await context.database.write(async tx => {
    authorise('projects.delete', await findProject(tx, id, caller.username))
    const running = await countRunning(tx, id)
    if (running > 0) throw new ApiError(90007, `${running} tasks of the project are on their way: abort them first.`)
    await hideProject(tx, id)
  })
  while (await context.database.write(tx => removeProjectRows(tx, id)));
}
