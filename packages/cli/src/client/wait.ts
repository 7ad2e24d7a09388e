import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from './api.ts'
import { interruptible } from './interrupt.ts'
import { createProgress } from './progress.ts'
import type { Task } from './shapes.ts'

export const isOver = ({ status }: Task) => ['COMPLETED', 'FAILED', 'ABORTED'].includes(status)

export interface WaitOptions {
  signal?: AbortSignal | undefined
  onChange?: (task: Task) => void
  /** what to wait for instead of the end */
  until?: (task: Task) => boolean
}

/** Asks again after a tenth of the time that the task has been waited for, so that the news is never much older. */
const pauseAfter = (elapsed: number) => Math.min(5_000, Math.max(100, elapsed / 10))

/** Resolves with the task once it is COMPLETED, FAILED or ABORTED, or is a DRAFT, which nothing will change. */
export async function waitForTask(
  api: Api,
  id: string,
  { signal, onChange, until = isOver }: WaitOptions = {},
): Promise<Task> {
  const start = Date.now()
  for (;;) {
    const task = await api.get<Task>(`/tasks/${id}`, { signal })
    onChange?.(task)
    if (until(task) || isOver(task) || task.status === 'DRAFT') return task
    await sleep(pauseAfter(Date.now() - start), undefined, { signal })
  }
}

/** Waits with a bar of the steps that are done. Ctrl-C ends the waiting, not the task, and says how to come back. */
export async function watchTask(api: Api, id: string, silent: boolean): Promise<Task> {
  const bar = createProgress('Running', 'steps', 0, silent)
  const onChange = ({ execution_status: status }: Task) =>
    bar.update(status?.steps_completed ?? 0, status?.steps_total ?? 0)
  try {
    return await interruptible(`The task goes on. Come back with: reprise task ${id} --wait`, signal =>
      waitForTask(api, id, { signal, onChange }),
    )
  } finally {
    bar.stop()
  }
}
