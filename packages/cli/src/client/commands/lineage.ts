import type { Api } from '../api.ts'
import { taskOf } from '../names.ts'
import { printJson } from '../print.ts'
import { textOf } from '../table.ts'

interface Relative {
  id: string
  name?: string
  status?: string
  created_by?: string
  created_time?: string
  origin?: string
  deleted?: boolean
  changed?: string[]
  reproduced?: boolean
}

interface Lineage {
  root: string
  counts: { tasks: number; hidden: number }
  tasks: Relative[]
  truncated?: boolean
}

/** Draws a task's origins and reruns, and theirs, as a tree; the task itself is marked. */
export async function lineage(api: Api, name: string, flags: { json?: boolean }): Promise<void> {
  const id = await taskOf(api, name)
  const found = await api.get<Lineage>(`/tasks/${id}/lineage`)
  if (flags.json) {
    printJson(found)
    return
  }
  for (const line of drawLineage(found, id)) console.log(line)
  if (found.counts.hidden > 0) console.log(`${found.counts.hidden} more that you may not see`)
  if (found.truncated) console.log('There are more: these are the first.')
}

/** The lines of the tree. */
export function drawLineage({ tasks }: Lineage, current: string): string[] {
  const known = new Set(tasks.map(task => task.id))
  const reruns = Map.groupBy(tasks, task => (task.origin !== undefined && known.has(task.origin) ? task.origin : ''))
  const lines: string[] = []
  const add = (task: Relative, before: string, branch: string, inner: string) => {
    lines.push(before + branch + describe(task, task.id === current))
    const below = reruns.get(task.id) ?? []
    below.forEach((child, index) => {
      const isLast = index === below.length - 1
      add(child, before + inner, isLast ? '└─ ' : '├─ ', isLast ? '   ' : '│  ')
    })
  }
  for (const top of reruns.get('') ?? []) add(top, '', '', '')
  return lines
}

function describe(task: Relative, isCurrent: boolean): string {
  if (task.deleted) return `${task.id}  (deleted)`
  const verdict = task.reproduced === undefined ? '' : task.reproduced ? 'reproduced' : 'not reproduced'
  const changed = task.changed?.length
    ? `changed ${task.changed.join(', ')}`
    : task.changed && task.origin
      ? 'nothing changed'
      : ''
  const parts = [task.id, textOf(task.name), task.status, task.created_time, changed, verdict]
  return parts.filter(part => part).join('  ') + (isCurrent ? '  ←' : '')
}
