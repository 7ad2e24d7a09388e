import type { Api } from '../../api.ts'
import { interruptible } from '../../interrupt.ts'
import { taskOf } from '../../names.ts'
import { printJson } from '../../print.ts'
import type { Task } from '../../shapes.ts'
import { isOver, waitForTask, watchTask } from '../../wait.ts'
import { reportTask } from '../task.ts'

/** Waits until all are over. Each is told as it ends; one that failed, was aborted or is a draft makes the command end with 1. */
export async function tasksWait(api: Api, names: string[], flags: { json?: boolean }): Promise<void> {
  const ids: string[] = []
  for (const name of names) ids.push(await taskOf(api, name))
  if (ids.length === 1 && !flags.json) return reportTask(await watchTask(api, ids[0]!, false), flags)
  const hint = `The tasks go on. Come back with: reprise tasks wait ${ids.join(' ')}`
  const tasks = await interruptible(hint, signal => Promise.all(ids.map(id => tell(api, id, flags, signal))))
  if (flags.json) printJson(tasks)
  if (tasks.some(task => !isOver(task) || task.status !== 'COMPLETED')) process.exitCode = 1
}

async function tell(api: Api, id: string, { json }: { json?: boolean }, signal: AbortSignal): Promise<Task> {
  const task = await waitForTask(api, id, { signal })
  if (!json) console.log(`${id}\t${task.status}\t${task.name}`)
  return task
}
