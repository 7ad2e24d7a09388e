import { isMap, type TreeMap } from '../document/tree.ts'
import { isExpression } from '../expression/scan.ts'
import { RULES } from '../rules.ts'
import { readLoadListing } from './binding.ts'
import { readDefault } from './default.ts'
import { checkFeatures } from './features.ts'
import { checkFields } from './fields.ts'
import { GRAMMAR } from './grammar.ts'
import { checkLinks } from './links.ts'
import { fragmentOf, shortName } from './names.ts'
import { idOf } from './parameter.ts'
import type { Process, ProcessBase, Sink, Step, StepInput, Workflow } from './process.ts'
import { classesIn, readRequirements } from './read-requirements.ts'
import {
  asList,
  checkUnique,
  choice,
  entries,
  expression,
  extensionsOf,
  idsIn,
  kindOf,
  readFlag,
  reportProblem,
  type Scope,
  text,
  texts,
} from './scope.ts'
import { readPorts, withoutReports } from './tool.ts'

const METHODS = ['dotproduct', 'nested_crossproduct', 'flat_crossproduct'] as const
const MERGES = ['merge_nested', 'merge_flattened'] as const
const PICKS = ['first_non_null', 'the_only_non_null', 'all_non_null'] as const

/** Reads what a step runs: embedded, or by reference. */
export type ReadRun = (scope: Scope, step: TreeMap) => Process | undefined

export function readWorkflow(scope: Scope, map: TreeMap, base: ProcessBase, readRun: ReadRun): Workflow {
  checkFields(scope, map, GRAMMAR.Workflow)
  const ports = readPorts(scope, map, GRAMMAR.workflowOutput, 'in a Workflow')
  const names = new SourceNames(map)
  const written = entries(scope, map, 'steps', 'id')
  checkUnique(scope, 'steps', written)
  const steps = written.flatMap(step => readStep(scope, step, names, readRun))
  const outputs = entries(withoutReports(scope), map, 'outputs', 'id', 'type').map((entry, index) => ({
    ...ports.outputs[index]!,
    outputSource: readSink(entry, 'outputSource', names),
  }))
  const workflow: Workflow = { ...base, class: 'Workflow', inputs: ports.inputs, outputs, steps }
  checkLinks(scope, map, workflow)
  return workflow
}

function readStep(outer: Scope, map: TreeMap, names: SourceNames, readRun: ReadRun): Step[] {
  // requirements of a step hold for what it runs, whose inputs their expressions speak of
  const inherited: Scope = {
    ...outer,
    features: new Set([...outer.features, ...classesIn(map)]),
    inputs: undefined,
    alone: false,
  }
  const requirements = readRequirements(inherited, map, 'requirements')
  const hints = readRequirements(inherited, map, 'hints')
  const scope: Scope = { ...inherited, inputs: idsIn(map.in) }
  checkFields(scope, map, GRAMMAR.step)
  const { when } = map
  const condition = typeof when === 'string' && isExpression(when) ? when : undefined
  if (when !== undefined && when !== null && condition === undefined) {
    reportProblem(scope, RULES.wrongKind('when', 'an expression', kindOf(when)), map, 'when')
  }
  const inputs = entries(scope, map, 'in', 'id', 'source')
  checkUnique(scope, 'step inputs', inputs)
  const run = map.run === undefined || map.run === null ? undefined : readRun(inherited, map)
  const step = {
    id: idOf(scope, map, 'a step'),
    label: text(map, 'label'),
    in: inputs.map(entry => readStepInput(scope, entry, names)),
    out: asList(map.out).map(item => shortName(String(isMap(item) ? item.id : item))),
    scatter: texts(map, 'scatter').map(shortName),
    scatterMethod: choice(map, 'scatterMethod', METHODS) ?? 'dotproduct',
    when: condition,
    requirements,
    hints,
    extensions: extensionsOf(map),
  }
  checkFeatures(scope, map, step, run)
  return run ? [{ ...step, run }] : []
}

function readStepInput(scope: Scope, map: TreeMap, names: SourceNames): StepInput {
  checkFields(scope, map, GRAMMAR.stepInput)
  return {
    id: idOf(scope, map, 'a step input'),
    ...readSink(map, 'source', names),
    default: readDefault(scope, map),
    valueFrom: expression(map, 'valueFrom'),
    loadContents: readFlag(map, 'loadContents'),
    loadListing: readLoadListing(map),
  }
}

function readSink(map: TreeMap, key: 'source' | 'outputSource', names: SourceNames): Sink {
  const source = map[key]
  return {
    source: texts(map, key).map(item => names.resolve(item)),
    single: !Array.isArray(source),
    linkMerge: choice(map, 'linkMerge', MERGES),
    pickValue: choice(map, 'pickValue', PICKS),
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
