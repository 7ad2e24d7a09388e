import type { Process, Workflow } from '@reprise/cwl'

/**
 * The order of the document's graph: a step comes behind those that it takes something from, and of those that wait for nothing of each other the one
 * that stands first in the document; scatter elements go by their index. For sorting paths of jobs.
 */
export function graphOrder(process: Process): (a: string, b: string) => number {
  const positions = new Map<string, number>()
  if (process.class === 'Workflow') number(process, '', positions)
  const keys = new Map<string, number[]>()
  const keyOf = (path: string): number[] => {
    const known = keys.get(path)
    if (known) return known
    let step = ''
    const key = path.split('/').flatMap(part => {
      const [, id = part, index] = /^(.*?)(?:\[(\d+)\])?$/.exec(part) ?? []
      step = step === '' ? id : `${step}/${id}`
      return [positions.get(step) ?? positions.size, index === undefined ? -1 : Number(index)]
    })
    keys.set(path, key)
    return key
  }
  return (a, b) => compare(keyOf(a), keyOf(b)) || (a < b ? -1 : a > b ? 1 : 0)
}

function compare(a: number[], b: number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}

function number(workflow: Workflow, outer: string, positions: Map<string, number>): void {
  const left = new Map(workflow.steps.map(step => [step.id, step]))
  while (left.size > 0) {
    const ready = [...left.values()].find(step => !waitsFor(step, left)) ?? [...left.values()][0]!
    left.delete(ready.id)
    const path = outer === '' ? ready.id : `${outer}/${ready.id}`
    positions.set(path, positions.size)
    if (ready.run.class === 'Workflow') number(ready.run, path, positions)
  }
}

function waitsFor(step: Workflow['steps'][number], left: ReadonlyMap<string, unknown>): boolean {
  const sources = step.in.flatMap(input => input.source)
  return sources.some(
    source => source.includes('/') && source.split('/')[0] !== step.id && left.has(source.split('/')[0]!),
  )
}
