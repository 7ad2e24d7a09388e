import type { Api } from '../api.ts'
import { comparisonOf } from '../comparison.ts'
import { taskOf } from '../names.ts'
import { printJson } from '../print.ts'
import type { Task } from '../shapes.ts'
import { formatTable, terminalWidth } from '../table.ts'
import { watchTask } from '../wait.ts'
import { printComparison } from './compare.ts'
import { reportTask } from './task.ts'

interface Step {
  step: string
  runs: number
  outputs: number
  deterministic: 'yes' | 'no' | 'unknown'
}

/** Runs a task again without reuse and compares: ends with 0 when it reproduced, 1 when not, 2 when it can't be said. */
export async function verify(api: Api, name: string, flags: { wait: boolean; json?: boolean }): Promise<void> {
  const id = await taskOf(api, name)
  const rerun = await api.post<Task>(`/tasks/${id}/actions/verify`)
  if (!flags.wait || rerun.status === 'DRAFT') {
    reportTask(rerun, flags)
    if (rerun.status === 'DRAFT') process.exitCode = 2
    return
  }
  const ended = await watchTask(api, rerun.id, flags.json ?? false)
  const comparison = await comparisonOf(api, ended.id, id, flags.json ?? false)
  const { steps } = await api.get<{ steps: Step[] }>(`/tasks/${id}/determinism`)
  if (flags.json) printJson({ comparison, steps })
  else {
    await printComparison(api, comparison, flags)
    const columns = [
      { title: 'STEP', of: (step: Step) => step.step },
      { title: 'RUNS', of: (step: Step) => step.runs, right: true },
      { title: 'RESULTS', of: (step: Step) => step.outputs, right: true },
      { title: 'DETERMINISTIC', of: (step: Step) => step.deterministic },
    ]
    if (steps.length > 0) console.log(`\n${formatTable(columns, steps, terminalWidth())}`)
  }
  process.exitCode = comparison.reproduced === undefined ? 2 : comparison.reproduced ? 0 : 1
}
