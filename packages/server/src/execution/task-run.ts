import { join } from 'node:path'
import type { Values } from '@reprise/cwl'
import { parseJson } from '@reprise/cwl/json'
import { loadFailed, loadSettled } from '../database/jobs.ts'
import type { Taker } from '../database/reuse.ts'
import type { ActiveTask } from '../database/task-states.ts'
import { taskHolder } from '../domain/holders.ts'
import { contentOf, isContent } from '../domain/locations.ts'
import type { ResolvedRecord } from '../domain/record.ts'
import { loadRecord } from '../records/load-record.ts'
import { ContentHashes } from '../reuse/content-hashes.ts'
import { Donors } from '../reuse/donors.ts'
import type { KeySources } from '../reuse/keys.ts'
import { Attempts } from './attempts.ts'
import { Folders } from './folders.ts'
import { HeldContents } from './held-contents.ts'
import { Journal } from './journal.ts'
import type { Watch } from './takeovers.ts'
import { Updates } from './updates.ts'
import type { WorkerContext } from './worker-context.ts'

/** A task while this worker drives it. */
export interface TaskRun {
  context: WorkerContext
  id: string
  project: string
  /** in whose name it runs, for fair shares */
  user: string
  /** the batch task whose child it is */
  batch: string | undefined
  record: ResolvedRecord
  /** outputs of the jobs that settled before this worker took the task, as JSON text by path */
  settled: Map<string, string>
  /** why jobs had failed before that, by path, the first one first */
  failed: Map<string, string>
  journal: Journal
  attempts: Attempts
  folders: Folders
  held: HeldContents
  updates: Updates
  /** what its jobs are */
  keys: KeySources
  taker: Taker
  /** whose results they may take; undefined where the task takes none */
  donors: Donors | undefined
  /** path on this machine of the bytes at a location; each is looked up once */
  materialise(location: string): Promise<string>
}

/** Everything that the task's run depends on: its resolved record and what settled already. */
export async function loadTaskRun(context: WorkerContext, task: ActiveTask, watch?: Watch): Promise<TaskRun> {
  if (!task.record) throw new Error('the task has no resolved record')
  const { read } = context.database
  const [record, settled, failed, lost] = await Promise.all([
    loadRecord(context.models, read, task.record),
    loadSettled(read, task.id),
    loadFailed(read, task.id),
    workFoldersElsewhere(context, task.id),
  ])
  const folder = workFolderOf(context, task.id)
  const places = new Map<string, Promise<string>>()
  const folders = new Folders()
  const held = new HeldContents(record.inputs, ...Object.values(record.beside ?? {}))
  const updates = new Updates(folders, held)
  const user = task.executed_by ?? task.created_by
  const taker = { task: task.id, project: task.project, user, origin: task.origin }
  const keys: KeySources = {
    task: task.id,
    network: record.network && context.allowNetwork,
    hashes: new ContentHashes(context.database, context.contents, user),
    contentAt: location => (isContent(location) ? contentOf(updates.latest(location)) : undefined),
    list: location => folders.list(location) ?? [],
    isUpdated: location => updates.isUpdated(location),
    expand: stage => folders.expand(stage),
  }
  return {
    context,
    id: task.id,
    project: task.project,
    user,
    batch: task.parent ?? undefined,
    record,
    settled,
    failed,
    folders,
    held,
    updates,
    keys,
    taker,
    donors: record.memoization ? new Donors(context.database, taker) : undefined,
    journal: new Journal(context.database, task.id, context.owner, settled.size, watch),
    attempts: new Attempts(folder, context.dispatch, lost),
    materialise: named => {
      const location = updates.latest(named)
      const place = places.get(location) ?? context.contents.materialise(held.contentOf(location), taskHolder(task.id))
      places.set(location, place)
      return place
    },
  }
}

/** Where the attempts of the task's jobs have their folders. */
export function workFolderOf(context: WorkerContext, task: string): string {
  return join(context.workFolder, task)
}

/** Where workers of other machines or earlier boots had them. */
export async function workFoldersElsewhere(context: WorkerContext, task: string): Promise<string[]> {
  return (await context.otherFolders()).map(folder => join(folder, task))
}

export function parseOutputs(json: string): Values {
  return parseJson(json)
}
