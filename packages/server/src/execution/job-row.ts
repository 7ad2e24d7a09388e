import type { JobPlan } from '@reprise/cwl'
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
    outputs: null,
    manifest: null,
    exit_code: null,
    command_line: plan ? commandLine(plan).slice(0, SHOWN) : '',
    message: '',
    stdout: null,
    stderr: null,
    cores: plan?.resources.cores ?? 0,
    ram: plan?.resources.ram ?? 0,
    cpu: null,
    retried: 0,
    queued: Date.now(),
    started: null,
    ended: null,
  }
}

/** The command as one would type it, with its redirections. */
export function commandLine({ argv, shell, stdin, stdout, stderr }: JobPlan): string {
  const words = shell ? argv : argv.map(quote)
  const streams = [['<', stdin] as const, ['>', stdout] as const, ['2>', stderr] as const]
  return [...words, ...streams.flatMap(([sign, name]) => (name === undefined ? [] : [`${sign} ${quote(name)}`]))].join(
    ' ',
  )
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
