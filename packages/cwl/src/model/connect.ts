/**
 * The static check of links: can what comes out at one end go in at the other? Types are followed the way the values go:
 *
 *   source:  a workflow input, or a step's output inside the lists of its scatter, optional where `when` may skip it
 *   sink:    linkMerge, pickValue, default, then the lists of the scatter; `valueFrom` gives whatever it likes
 *
 * A pair that no value can pass is an error before anything runs. One that some values can pass is a warning.
 * CWL v1.2 Workflow §2.2 (data links), §5.1.1 (scatter)
 */
import type { TreeMap } from '../document/tree.ts'
import { RULES } from '../rules.ts'
import { acceptsNull, checkValue, fitsLoosely } from './check.ts'
import { type Fit, fits } from './fits.ts'
import type { InputParameter, OutputParameter, Sink, Step, StepInput, Type, Workflow } from './process.ts'
import { reportProblem, type Scope } from './scope.ts'
import { typeName } from './type.ts'

/** What a source gives. */
export type SourceType = Type

const ANYTHING: Type = { kind: 'union', of: [{ kind: 'null' }, { kind: 'Any' }] }

/** Types of all sources of a workflow: inputs by `id`, outputs of steps by `step/id`. */
export function sourceTypes(workflow: Workflow): Map<string, SourceType> {
  const types = new Map<string, SourceType>()
  for (const { id, type, default: value } of workflow.inputs) types.set(id, hasValue(value) ? withoutNull(type) : type)
  for (const step of workflow.steps) {
    const outputs = new Map(step.run.outputs.toReversed().map(output => [output.id, output]))
    for (const id of step.out) {
      const output = outputs.get(id)
      types.set(`${step.id}/${id}`, output ? resultType(step, output) : ANYTHING)
    }
  }
  return types
}

function resultType(step: Step, output: OutputParameter): Type {
  const single = step.when === undefined ? output.type : unite([{ kind: 'null' }, output.type])
  const depth = step.scatterMethod === 'nested_crossproduct' ? step.scatter.length : Math.min(step.scatter.length, 1)
  return listOf(single, depth)
}

export interface StepLinks {
  sources: Map<string, SourceType>
  /** inputs whose sources all exist */
  linked: ReadonlySet<string>
  /** where an input is written */
  nodeOf(id: string): TreeMap
}

/** Checks every input of a step, and that none is missing. */
export function checkStep(scope: Scope, step: Step, map: TreeMap, links: StepLinks): void {
  const declared = new Map(step.run.inputs.map(input => [input.id, input]))
  for (const input of step.in) {
    if (links.linked.has(input.id)) checkStepInput(scope, step, input, declared.get(input.id), links)
  }
  const given = new Set(step.in.map(input => input.id))
  for (const input of declared.values()) {
    if (given.has(input.id)) continue
    if (!hasValue(input.default)) requireNull(scope, step, input.id, input.type, map, 'in')
    else checkLoneDefault(scope, step, input, map)
  }
}

/** The step gives no value to the input of what it runs, so the default there is what it gets. */
function checkLoneDefault(scope: Scope, step: Step, { id, type, default: value }: InputParameter, map: TreeMap): void {
  // a condition that can't be read is a problem of its own
  if (mayNotRun(step) || hasValue(map.when)) return
  const fault = checkValue(type, value)
  if (!fault || (!scope.strict && fitsLoosely(type, value!))) return
  reportProblem(scope, RULES.wrongDefault(`input ${id}: ${fault}`), map, 'run')
}

function mayNotRun({ when, scatter }: Step): boolean {
  return when !== undefined || scatter.length > 0
}

function checkStepInput(
  scope: Scope,
  step: Step,
  input: StepInput,
  declared: InputParameter | undefined,
  { sources, nodeOf }: StepLinks,
): void {
  const node = nodeOf(input.id)
  const depth = step.scatter.filter(id => id === input.id).length
  const sink = listOf(input.valueFrom === undefined && declared ? wantedBy(declared) : ANYTHING, depth)
  const fault = hasValue(input.default) ? checkValue(sink, input.default) : undefined
  if (fault) {
    // without a source nothing else comes there
    const isSure = input.source.length === 0 && !mayNotRun(step) && (scope.strict || !fitsLoosely(sink, input.default!))
    reportProblem(scope, (isSure ? RULES.wrongDefault : RULES.unfitDefault)(fault), node, 'default')
  }
  if (input.source.length === 0) {
    if (!hasValue(input.default)) requireNull(scope, step, input.id, sink, node)
    return
  }
  mergeLists(scope, input, sink, sources)
  const gathered = gatheredType(input, sources)
  const source = hasValue(input.default) ? withoutNull(gathered) : gathered
  const what = `the input ${input.id} of step ${step.id} (${depth > 0 ? 'scattered, ' : ''}${typeName(sink)})`
  compare(scope, input, 'source', source, sink, what, node)
}

/** What a process takes for an input; a default stands in for null. */
function wantedBy(input: InputParameter): Type {
  return hasValue(input.default) ? unite([{ kind: 'null' }, input.type]) : input.type
}

function requireNull(scope: Scope, step: Step, id: string, type: Type, node: TreeMap, key?: string): void {
  if (acceptsNull(type)) return
  reportProblem(scope, (mayNotRun(step) ? RULES.maybeNoInput : RULES.noInput)(id, typeName(type)), node, key)
}

export function checkWorkflowOutput(
  scope: Scope,
  output: OutputParameter,
  link: Sink,
  sources: Map<string, SourceType>,
  node: TreeMap,
): void {
  if (link.source.length === 0) return
  // an output, unlike an input, may be null where it is Any
  const sink = output.type.kind === 'Any' ? ANYTHING : output.type
  mergeLists(scope, link, sink, sources)
  const what = `the output ${output.id} (${typeName(output.type)})`
  compare(scope, link, 'outputSource', gatheredType(link, sources), sink, what, node)
}

/** The process is of draft-2 and read as the platform reads it. */
function isLoose(scope: Scope): boolean {
  return scope.expressions === 'draft-2' && !scope.strict
}

const FITS: Fit[] = ['never', 'sometimes', 'always']

/** Several lists that go to a list port of draft-2 become one list, where lists of lists do not fit. */
function mergeLists(scope: Scope, link: Sink, sink: Type, sources: Map<string, SourceType>): void {
  if (!isLoose(scope) || link.source.length < 2 || link.linkMerge !== undefined) return
  // a list that is not given adds nothing
  const merged: Sink = { ...link, linkMerge: 'merge_flattened', pickValue: 'all_non_null' }
  const fit = (each: Sink) => FITS.indexOf(fits(gatheredType(each, sources), sink))
  if (fit(merged) > fit(link)) Object.assign(link, merged)
}

function compare(scope: Scope, link: Sink, field: string, source: Type, sink: Type, what: string, node: TreeMap): void {
  const unread = (node.linkMerge && !link.linkMerge) || (node.pickValue && !link.pickValue)
  const fit = unread ? 'always' : fits(source, sink)
  if (fit === 'always') return
  const refused = isLoose(scope) ? RULES.looseLink : RULES.cannotConnect
  const finding = fit === 'never' ? refused : RULES.mayConnect
  reportProblem(
    scope,
    finding(field, `${link.source.join(', ')} (${typeName(source)})`, what, howOf(link)),
    node,
    field,
  )
}

function howOf({ source, linkMerge, pickValue }: Sink): string {
  const merge = linkMerge ?? (source.length > 1 ? 'merge_nested' : undefined)
  const ways = [merge, pickValue].filter(way => way !== undefined)
  return ways.length > 0 ? ` by ${ways.join(' and ')}` : ''
}

/** As flow/links.ts gathers values. */
function gatheredType(link: Sink, sources: Map<string, SourceType>): Type {
  const types = link.source.map(source => sources.get(source) ?? ANYTHING)
  const merged = mergedType(link, types)
  if (link.pickValue === undefined) return merged
  const picked = withoutNull(inside(merged))
  return link.pickValue === 'all_non_null' ? listOf(picked, 1) : picked
}

function mergedType({ linkMerge, single }: Sink, types: Type[]): Type {
  if (linkMerge === 'merge_flattened') return listOf(unite(types.map(inside)), 1)
  if (linkMerge === undefined && (single || types.length === 1)) return types[0]!
  return listOf(unite(types), 1)
}

/** What is in a list; what is no list stands for itself. */
function inside(type: Type): Type {
  if (type.kind === 'union') return unite(type.of.map(inside))
  return type.kind === 'array' ? type.items : type.kind === 'Any' ? ANYTHING : type
}

function withoutNull(type: Type): Type {
  return type.kind === 'union' ? unite(type.of.filter(member => member.kind !== 'null')) : type
}

function listOf(type: Type, depth: number): Type {
  return depth === 0 ? type : { kind: 'array', items: listOf(type, depth - 1) }
}

function unite(types: Type[]): Type {
  const members = types.flatMap(type => (type.kind === 'union' ? type.of : [type]))
  const byName = [...new Map(members.map(member => [typeName(member), member])).values()]
  return byName.length === 1 ? byName[0]! : byName.length === 0 ? { kind: 'null' } : { kind: 'union', of: byName }
}

function hasValue(value: unknown): boolean {
  return value !== undefined && value !== null
}
