import { isMap, type TreeMap } from '../document/tree.ts'
import { readLoadListing } from './binding.ts'
import { readDefault } from './default.ts'
import { checkLinks } from './links.ts'
import { fragmentOf, shortName } from './names.ts'
import { idOf } from './parameter.ts'
import type { Process, ProcessBase, Sink, Step, StepInput, Workflow } from './process.ts'
import { readRequirements } from './requirement.ts'
import {
  asList,
  checkFields,
  choice,
  entries,
  extensionsOf,
  flag,
  kindOf,
  report,
  type Scope,
  text,
  texts,
} from './scope.ts'
import { PROCESS_FIELDS, readPorts } from './tool.ts'

const METHODS = ['dotproduct', 'nested_crossproduct', 'flat_crossproduct'] as const
const MERGES = ['merge_nested', 'merge_flattened'] as const
const PICKS = ['first_non_null', 'the_only_non_null', 'all_non_null'] as const
const WORKFLOW_FIELDS = new Set([...PROCESS_FIELDS, 'steps'])
const STEP_FIELDS = new Set('id label doc in out run scatter scatterMethod when requirements hints'.split(' '))
const STEP_INPUT_FIELDS = new Set(
  'id label source linkMerge pickValue default valueFrom loadContents loadListing doc'.split(' '),
)

/** Reads what a step runs: embedded, or by reference. */
export type ReadRun = (scope: Scope, step: TreeMap) => Process | undefined

export function readWorkflow(scope: Scope, map: TreeMap, base: ProcessBase, readRun: ReadRun): Workflow {
  checkFields(scope, map, WORKFLOW_FIELDS, 'a Workflow')
  const ports = readPorts(scope, map)
  const names = new SourceNames(map)
  const steps = entries(scope, map, 'steps', 'id').flatMap(step => readStep(scope, step, names, readRun))
  const outputs = entries(scope, map, 'outputs', 'id', 'type').map((entry, index) => ({
    ...ports.outputs[index]!,
    outputSource: readSink(scope, entry, 'outputSource', names),
  }))
  const workflow: Workflow = { ...base, class: 'Workflow', inputs: ports.inputs, outputs, steps }
  checkLinks(scope, map, workflow)
  return workflow
}

function readStep(scope: Scope, map: TreeMap, names: SourceNames, readRun: ReadRun): Step[] {
  checkFields(scope, map, STEP_FIELDS, 'a step')
  if (map.when !== undefined && scope.version !== 'v1.2') report(scope, 'when exists from v1.2 on', map, 'when')
  const requirements = readRequirements(scope, map, 'requirements')
  const hints = readRequirements(scope, map, 'hints')
  const run = readRun(scope, map)
  if (!run) return []
  const when = map.when
  if (typeof when === 'boolean') report(scope, 'when must be an expression', map, 'when')
  return [
    {
      id: idOf(scope, map, 'a step'),
      label: text(scope, map, 'label'),
      run,
      in: entries(scope, map, 'in', 'id', 'source').map(entry => readStepInput(scope, entry, names)),
      out: asList(map.out).map(item => shortName(String(isMap(item) ? item.id : item))),
      scatter: texts(scope, map, 'scatter').map(shortName),
      scatterMethod: choice(scope, map, 'scatterMethod', METHODS) ?? 'dotproduct',
      when: typeof when === 'string' ? when : undefined,
      requirements,
      hints,
      extensions: extensionsOf(map),
    },
  ]
}

function readStepInput(scope: Scope, map: TreeMap, names: SourceNames): StepInput {
  checkFields(scope, map, STEP_INPUT_FIELDS, 'a step input')
  const { valueFrom } = map
  return {
    id: idOf(scope, map, 'a step input'),
    ...readSink(scope, map, 'source', names),
    default: readDefault(scope, map),
    valueFrom: valueFrom === undefined || valueFrom === null ? undefined : String(valueFrom),
    loadContents: flag(scope, map, 'loadContents'),
    loadListing: readLoadListing(scope, map),
  }
}

function readSink(scope: Scope, map: TreeMap, key: 'source' | 'outputSource', names: SourceNames): Sink {
  const source = map[key]
  for (const item of asList(source)) {
    if (typeof item !== 'string')
      report(scope, `${key} must be a name or a list of names, not ${kindOf(item)}`, map, key)
  }
  const pickValue = choice(scope, map, 'pickValue', PICKS)
  if (pickValue && scope.version !== 'v1.2') report(scope, 'pickValue exists from v1.2 on', map, 'pickValue')
  return {
    source: asList(source).map(item => names.resolve(String(item))),
    single: !Array.isArray(source),
    linkMerge: choice(scope, map, 'linkMerge', MERGES),
    pickValue,
  }
}

/**
 * Turns a written source into `input` or `step/output`. Written forms differ: plain, `#step/output`, or with the
 * workflow's own id in front, as in packed documents (`#main/step/output`).
 */
class SourceNames {
  readonly #prefix: string

  constructor(workflow: TreeMap) {
    this.#prefix = typeof workflow.id === 'string' ? `${fragmentOf(workflow.id)}/` : '/'
  }

  resolve(written: string): string {
    if (!written.includes('#')) return written
    const fragment = fragmentOf(written)
    return fragment.startsWith(this.#prefix) ? fragment.slice(this.#prefix.length) : fragment
  }
}
