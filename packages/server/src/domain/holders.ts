/**
 * Who holds a content: as long as a content has a holder its bytes stay. A holder is one word in the rows, and made here only.
 *
 *   file:<id>                  a file of a project
 *   task:<id>                  a task's resolved record: as long as there is the task
 *   jobs:<task>                what a task's jobs made: until its project's retention of intermediate files is over (sweep.ts)
 *   transfer:<id>              an export that is on its way
 *   comparison:<task>:<other>  what a comparison reads while it is made
 */
const PREFIXES = {
  file: 'file:',
  task: 'task:',
  jobs: 'jobs:',
  transfer: 'transfer:',
  comparison: 'comparison:',
} as const

export type HolderKind = keyof typeof PREFIXES

export function fileHolder(file: string): string {
  return PREFIXES.file + file
}

export function taskHolder(task: string): string {
  return PREFIXES.task + task
}

export function jobsHolder(task: string): string {
  return PREFIXES.jobs + task
}

export function transferHolder(transfer: string): string {
  return PREFIXES.transfer + transfer
}

export function comparisonHolder(task: string, other: string): string {
  return `${PREFIXES.comparison}${task}:${other}`
}

export function isHolder(kind: HolderKind, holder: string): boolean {
  return holder.startsWith(PREFIXES[kind])
}

/** What is behind the kind: the id of the task, the file and so on. */
export function heldFor(holder: string): string {
  return holder.slice(holder.indexOf(':') + 1)
}

/** All holders of a kind lie between these, as text sorts. */
export function holdersOfKind(kind: HolderKind): { after: string; before: string } {
  const prefix = PREFIXES[kind]
  return { after: prefix, before: `${prefix.slice(0, -1)};` }
}
