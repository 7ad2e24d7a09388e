import type { Process, Step, Workflow } from '../model/process.ts'

interface Index {
  byId: Map<string, Step>
  /** steps that wait for one, in the order of the document */
  after: Map<string, Step[]>
}

/** Made once for each workflow: large ones are asked for a step at every job. */
const indices = new WeakMap<Workflow, Index>()

function indexOf(workflow: Workflow): Index {
  const known = indices.get(workflow)
  if (known) return known
  const index: Index = { byId: new Map(), after: new Map() }
  for (const step of workflow.steps) {
    if (!index.byId.has(step.id)) index.byId.set(step.id, step)
    const sources = new Set(
      step.in.flatMap(input => input.source.map(source => source.slice(0, source.indexOf('/') + 1))),
    )
    for (const source of sources) {
      const id = source.slice(0, -1)
      const waiting = index.after.get(id)
      if (waiting) waiting.push(step)
      else index.after.set(id, [step])
    }
  }
  indices.set(workflow, index)
  return index
}

export function stepIn(workflow: Workflow, id: string): Step | undefined {
  return indexOf(workflow).byId.get(id)
}

/** Steps that take something that the step gives. */
export function stepsAfter(workflow: Workflow, id: string): Step[] {
  return indexOf(workflow).after.get(id) ?? []
}

export function workflowAt(root: Workflow, chain: string[]): Workflow {
  let workflow: Process = root
  for (const id of chain) {
    const step: Step | undefined = workflow.class === 'Workflow' ? stepIn(workflow, id) : undefined
    if (!step) throw new Error(`there is no step ${chain.join('/')}`)
    workflow = step.run
  }
  if (workflow.class !== 'Workflow') throw new Error(`${chain.join('/')} runs no workflow`)
  return workflow
}
