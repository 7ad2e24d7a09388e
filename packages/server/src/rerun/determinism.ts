import { stepOf } from '@reprise/cwl'
import type { Queries } from '../database/index.ts'
import { listSameRuns } from '../database/job-pages.ts'
import type { TaskRow } from '../database/schema.ts'

interface Step {
  step: string
  runs: number
  outputs: number
  deterministic: 'yes' | 'no' | 'unknown'
}

/**
 * Of each step of a task how often jobs like its own (the same by inputs and plan) really ran in tasks of the project, and how many
 * results came of one of them at most. A step whose jobs ran once each is `unknown`.
 */
export async function determinismOf(db: Queries, task: Pick<TaskRow, 'id' | 'project'>): Promise<Step[]> {
  const steps = new Map<string, Step>()
  const repeated = new Map<string, boolean>()
  for (const { path, runs, outputs } of await listSameRuns(db, task.id, task.project)) {
    const step = stepOf(path)
    const known = steps.get(step) ?? { step, runs: 0, outputs: 0, deterministic: 'unknown' as const }
    known.runs += runs
    known.outputs = Math.max(known.outputs, outputs)
    steps.set(step, known)
    if (runs > 1) repeated.set(step, true)
  }
  for (const known of steps.values()) {
    if (known.outputs > 1) known.deterministic = 'no'
    else if (repeated.has(known.step) && known.outputs === 1) known.deterministic = 'yes'
  }
  return [...steps.values()]
}
