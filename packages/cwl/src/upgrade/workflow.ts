import { copyPositions, isMap, type Tree, type TreeMap } from '../document/tree.ts'
import { isDraft2Label } from './detect.ts'
import { bareId, changed, described } from './parts.ts'
import { type Dialect, upgradeOutput } from './ports.ts'
import { upgradeRequirements } from './requirements.ts'

/** Ids of a workflow's steps; those of their ports begin with the step's, but ids may have dots of their own. */
class Names {
  readonly #steps: Set<string>

  constructor(steps: TreeMap[]) {
    this.#steps = new Set(steps.map(stepId))
  }

  /** `#step.port` → `step/port`; the id of a workflow's input stays. */
  source(written: Tree): Tree {
    if (typeof written !== 'string') return written
    const bare = bareId(written)
    // the longest first: a step may be called like the beginning of another
    for (let end = lastBreak(bare, bare.length); end >= 0; end = lastBreak(bare, end)) {
      if (this.#steps.has(bare.slice(0, end))) return `${bare.slice(0, end)}/${bare.slice(end + 1)}`
    }
    return bare
  }
}

/** The last dot or slash before `end`; -1 when there is none. */
function lastBreak(text: string, end: number): number {
  return end <= 0 ? -1 : Math.max(text.lastIndexOf('.', end - 1), text.lastIndexOf('/', end - 1))
}

/** The fields of a workflow that changed: sources, and steps with what they run. */
export function upgradeWorkflow(map: TreeMap, dialect: Dialect): { [key: string]: Tree | undefined } {
  const steps = (Array.isArray(map.steps) ? map.steps : []).filter(isMap)
  const names = new Names(steps)
  const outputs = (Array.isArray(map.outputs) ? map.outputs : []).filter(isMap).map(output => {
    const { source, ...rest } = upgradeOutput(output, dialect)
    return changed(copyPositions(output, rest), { outputSource: sources(source, names) })
  })
  return {
    outputs: Array.isArray(map.outputs) ? copyPositions(map.outputs, outputs) : map.outputs,
    steps: Array.isArray(map.steps)
      ? copyPositions(
          map.steps,
          steps.map(step => upgradeStep(step, names, map, dialect)),
        )
      : map.steps,
  }
}

function upgradeStep(step: TreeMap, names: Names, workflow: TreeMap, dialect: Dialect): TreeMap {
  const id = stepId(step)
  const port = (written: Tree | undefined) => portOf(id, written)
  const inputs = portsOf(step, 'inputs').map(input =>
    changed(input, { ...described(input), id: port(input.id), source: sources(input.source, names), type: undefined }),
  )
  const scatter = Array.isArray(step.scatter) ? step.scatter.map(port) : step.scatter
  return changed(step, {
    ...described(step),
    id,
    inputs: undefined,
    outputs: undefined,
    in: inputs,
    out: portsOf(step, 'outputs').map(output => port(output.id)),
    run: isMap(step.run) ? labelled(step.run, workflow) : step.run,
    scatter: typeof scatter === 'string' ? (scatter === '' ? undefined : port(scatter)) : (scatter ?? undefined),
    scatterMethod: step.scatterMethod ?? undefined,
    requirements: upgradeRequirements(step.requirements, dialect),
    hints: upgradeRequirements(step.hints, dialect),
  })
}

/** What a step runs is of the workflow's version unless it says its own. */
function labelled(run: TreeMap, workflow: TreeMap): TreeMap {
  if (run.cwlVersion !== undefined) return run
  return changed(run, { cwlVersion: isDraft2Label(workflow.cwlVersion) ? workflow.cwlVersion : 'sbg:draft-2' })
}

function sources(tree: Tree | undefined, names: Names): Tree | undefined {
  if (tree === undefined || tree === null) return undefined
  return Array.isArray(tree)
    ? copyPositions(
        tree,
        tree.map(item => names.source(item)),
      )
    : names.source(tree)
}

function portsOf(step: TreeMap, key: 'inputs' | 'outputs'): TreeMap[] {
  return (Array.isArray(step[key]) ? step[key] : []).filter(isMap)
}

/** A step may have no id: then those of its ports say it. */
function stepId(step: TreeMap): string {
  if (typeof step.id === 'string') return bareId(step.id)
  const [first] = [...portsOf(step, 'outputs'), ...portsOf(step, 'inputs')]
  const id = bareId(first?.id)
  return id.includes('.') ? id.slice(0, id.indexOf('.')) : id
}

function portOf(step: string, written: Tree | undefined): string {
  const bare = bareId(written)
  return bare.startsWith(`${step}.`) || bare.startsWith(`${step}/`) ? bare.slice(step.length + 1) : bare
}
