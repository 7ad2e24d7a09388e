import { type Call, ruleOf } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { findFile } from '../database/files.ts'
import { findProject } from '../database/projects.ts'
import { findTask } from '../database/tasks.ts'
import { authorise } from '../rights/authorise.ts'
import { teamFor } from '../teams/teams.ts'
import { volumeFor } from '../volumes/edit.ts'

interface Repeated {
  context: Context
  caller: Caller
  call: Call
  path: { [name: string]: string }
  /** of the request, and of the answer that was kept */
  body: unknown
  kept: string
}

/**
 * Looks whether the caller may still read what a kept answer is about: the objects of the call's path, the places that its
 * body names, and what the answer itself shows (the projects of its tasks, files, apps and uploads, also item by item of a
 * bulk call). What was removed meanwhile is shown as long as its project may be read. Throws ApiError, as a call that reads it
 * does; gives whether there was anything to look at.
 */
export async function mayStillSee({ context, caller, call, path, body, kept }: Repeated): Promise<boolean> {
  const { read } = context.database
  const answer = isObject(JSON.parse(kept)) ? JSON.parse(kept) : {}
  const shown = [answer, ...itemsOf(answer)]
  const projects = new Set(shown.flatMap(item => [item.project, item['sbg:project']]).filter(isText))
  const files = new Set(shown.map(item => item.file).filter(isText))
  const { owner, project, task, file, team, volume } = path
  if (owner && project) projects.add(`${owner}/${project}`)
  if (file) files.add(file)
  if (isObject(body) && isText(body.project)) projects.add(body.project)
  if (isObject(body) && isText(body.parent)) files.add(body.parent)
  if (call === 'projects.create' && isText(answer.id)) projects.add(answer.id)

  const mayReadProject =
    ruleOf(call).on === 'project' && call.startsWith('projects.members.') ? 'projects.members.get' : 'projects.get'
  for (const id of projects) authorise(mayReadProject, await findProject(read, id, caller.username))
  for (const id of files) await mayReadFile(context, caller, id)
  if (task) authorise('tasks.get', await findTask(read, task.toLowerCase(), caller.username))
  const teamId = team ?? (call === 'teams.create' && isText(answer.id) ? answer.id : undefined)
  if (teamId) await teamFor(read, caller, 'teams.get', teamId)
  const volumeId = owner && volume ? `${owner}/${volume}` : call === 'volumes.create' ? answer.id : undefined
  if (isText(volumeId)) await volumeFor(read, caller, 'volumes.get', volumeId)
  return projects.size > 0 || files.size > 0 || Boolean(task || teamId || volumeId)
}

/** One that is gone is looked at by what else there is: its answer names its project. */
async function mayReadFile({ database }: Context, caller: Caller, id: string): Promise<void> {
  const found = await findFile(database.read, id, caller.username)
  if (found) authorise('files.get', found)
}

/** Of a bulk call, and what the record of a transfer came to. */
function itemsOf(answer: { [key: string]: unknown }): { [key: string]: unknown }[] {
  const items = Array.isArray(answer.items) ? answer.items.filter(isObject) : []
  const resources = items.map(item => item.resource).filter(isObject)
  return [...items, ...resources, ...[answer, ...resources].map(item => item.result).filter(isObject)]
}

function isObject(value: unknown): value is { [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
