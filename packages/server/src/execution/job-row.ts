import { type JobPlan, typedCommand } from '@reprise/cwl'
import type { JobRow } from '../database/schema.ts'

/** Characters of a command line that its row shows. */
const SHOWN = 4000

/** The row of a job that has just become ready; without a plan, of one that has no process. */
export function jobRow(task: string, plan: JobPlan | undefined, path = plan?.path ?? ''): JobRow {
  return {
    task,
    path,
    status: 'QUEUED',
    attempt: plan ? 1 : 0,
    plan: null,
    inputs: null,
    outputs: null,
    manifest: null,
    inputs_digest: null,
    plan_digest: null,
    outputs_digest: null,
    key: null,
    parts: null,
    labelled: null,
    no_key: null,
    no_reuse: null,
    reused_task: null,
    reused_path: null,
    distrusted: null,
    saved: null,
    saved_cost: null,
    circumstances: null,
    exit_code: null,
    command_line: plan ? typedCommand(plan).slice(0, SHOWN) : '',
    message: '',
    stdout: null,
    stderr: null,
    cores: plan?.resources.cores ?? 0,
    ram: plan?.resources.ram ?? 0,
    cpu: null,
    memory: null,
    cost: 0,
    retried: 0,
    queued: Date.now(),
    started: null,
    ended: null,
  }
}
