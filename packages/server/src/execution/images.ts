import { containersOf } from '@reprise/cwl'
import { parseJson } from '@reprise/cwl/json'
import type { ActiveTask, TaskWarning } from '../database/task-states.ts'
import { type Hashed, hashed, loadJson } from '../database/values.ts'
import type { StoredRecord } from '../domain/record.ts'
import { loadRecord } from '../records/load-record.ts'
import type { WorkerContext } from './worker-context.ts'

interface Prepared {
  /** with the images' identities; undefined when the task needs none */
  record?: Hashed
  warnings: TaskWarning[]
}

/**
 * Finds or pulls every image that the task's process names, hints too: which environment a tool runs in must not depend on
 * whether a pull went well. Where there is no container engine at all hints are left out, with a warning; what is required
 * the engine refuses.
 * @throws EngineError when an image can't be had
 */
export async function withImages({ database, images, models }: WorkerContext, task: ActiveTask): Promise<Prepared> {
  if (!task.record) return { warnings: [] }
  const record = await loadRecord(models, database.read, task.record)
  const names = [...new Set(containersOf(record.process).map(({ image }) => image))]
  if (names.length === 0) return { warnings: [] }
  if (!images) {
    const message = `There is no container engine: ${names.join(', ')} is not used, jobs run with the programs of the machine.`
    return { warnings: [{ type: 'warning/task_execution/image', message, input_id: '' }] }
  }
  const found = await Promise.all(names.map(name => images.getNow(name)))
  const identities = Object.fromEntries(found.map(({ name, id }) => [name, id]))
  const stored: StoredRecord = parseJson(await loadJson(database.read, task.record))
  return { record: hashed(JSON.stringify({ ...stored, images: identities })), warnings: [] }
}
