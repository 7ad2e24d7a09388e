import type { Value } from '@reprise/cwl'
import type { ActiveTask } from '../database/task-states.ts'
import { contentOf, isContent } from '../domain/locations.ts'
import { loadRecord } from '../records/load-record.ts'
import { ContentHashes } from '../reuse/content-hashes.ts'
import { locationsIn } from './held-contents.ts'
import type { WorkerContext } from './worker-context.ts'

/** Hashes the contents of the record of a task that uses memoization. What can't be hashed is found by no key, and its jobs run. */
export async function hashInputs({ database, contents, models }: WorkerContext, task: ActiveTask): Promise<void> {
  if (!task.record) return
  const { memoization, inputs, beside = {} } = await loadRecord(models, database.read, task.record)
  if (!memoization) return
  const values: Value[] = [inputs, ...Object.values(beside)]
  const ids = values.flatMap(value => [...locationsIn(value)].filter(isContent).map(contentOf))
  await new ContentHashes(database, contents, task.executed_by ?? task.created_by).compute(ids)
}
