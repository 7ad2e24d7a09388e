import { createHash } from 'node:crypto'
import { copyPositions, isMap, type Tree, type TreeMap } from '../document/tree.ts'
import { isExpression } from '../expression/scan.ts'
import { RULES } from '../rules.ts'
import { bindingOf } from './binding.ts'
import { checkExpression } from './expressions.ts'
import { checkFields } from './fields.ts'
import { GRAMMAR, type Grammar } from './grammar.ts'
import { shortName } from './names.ts'
import { readInput, readOutput } from './parameter.ts'
import type {
  CommandLineBinding,
  CommandLineTool,
  ExpressionTool,
  InputParameter,
  OutputParameter,
  ProcessBase,
} from './process.ts'
import {
  asList,
  checkUnique,
  entries,
  expression,
  itemPosition,
  kindOf,
  reportProblem,
  type Scope,
  text,
  texts,
} from './scope.ts'
import { hasSince } from './version.ts'

export function readTool(scope: Scope, map: TreeMap, base: ProcessBase): CommandLineTool {
  checkFields(scope, map, GRAMMAR.CommandLineTool)
  const streams = {
    stdin: text(map, 'stdin'),
    stdout: text(map, 'stdout'),
    stderr: text(map, 'stderr'),
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    const name = streams[stream]
    if (name !== undefined && !isExpression(name) && name.includes('/')) {
      reportProblem(scope, RULES.pathOfStream(stream, name), map, stream)
    }
  }
  const inputs = readInputs(scope, map)
  for (const entry of entries(withoutReports(scope), map, 'inputs', 'id', 'type')) {
    if (entry.type !== 'stdin') continue
    if (!hasSince(scope.version, 'v1.1'))
      reportProblem(scope, RULES.newer('the type stdin', 'v1.1', scope.version), entry, 'type')
    if (streams.stdin !== undefined) reportProblem(scope, RULES.twoStdins(), entry, 'type')
    streams.stdin = `$(inputs[${JSON.stringify(shortName(String(entry.id)))}].path)`
  }
  const outputs = outputEntries(scope, map).map(entry => {
    if (entry.type !== 'stdout' && entry.type !== 'stderr') return readOutput(scope, entry, GRAMMAR.toolOutput)
    const name = streams[entry.type] ?? generatedName(base.id, entry.type)
    streams[entry.type] = name
    return streamOutput(scope, entry, name)
  })
  return {
    ...base,
    class: 'CommandLineTool',
    inputs,
    outputs,
    baseCommand: texts(map, 'baseCommand'),
    arguments: asList(map.arguments).flatMap((item, at) =>
      readArgument(scope, item, ...itemPosition(map, 'arguments', at)),
    ),
    ...streams,
    successCodes: codes(map, 'successCodes'),
    temporaryFailCodes: codes(map, 'temporaryFailCodes'),
    permanentFailCodes: codes(map, 'permanentFailCodes'),
  }
}

export function readExpressionTool(scope: Scope, map: TreeMap, base: ProcessBase): ExpressionTool {
  checkFields(scope, map, GRAMMAR.ExpressionTool)
  const ports = readPorts(scope, map, GRAMMAR.output, 'in an ExpressionTool')
  return { ...base, class: 'ExpressionTool', ...ports, expression: expression(map, 'expression') ?? '' }
}

/** Inputs and outputs of what has no command line; `where` says in messages what that is. */
export function readPorts(
  scope: Scope,
  map: TreeMap,
  output: Grammar,
  where: string,
): { inputs: InputParameter[]; outputs: OutputParameter[] } {
  for (const entry of entries(withoutReports(scope), map, 'inputs', 'id', 'type')) {
    const { inputBinding: binding } = entry
    if (!isMap(binding)) continue
    for (const key of Object.keys(binding)) {
      if (Object.hasOwn(GRAMMAR.inputBinding.fields, key) && key !== 'loadContents') {
        reportProblem(scope, RULES.ignored(`inputBinding.${key}`, where), binding, key)
      }
    }
  }
  return {
    inputs: readInputs(scope, map),
    outputs: outputEntries(scope, map).map(entry => readOutput(scope, entry, output)),
  }
}

function readInputs(scope: Scope, map: TreeMap): InputParameter[] {
  const inputs = entries(scope, map, 'inputs', 'id', 'type')
  checkUnique(scope, 'inputs', inputs)
  return inputs.map(entry => readInput(scope, entry))
}

function outputEntries(scope: Scope, map: TreeMap): TreeMap[] {
  const outputs = entries(scope, map, 'outputs', 'id', 'type')
  checkUnique(scope, 'outputs', outputs)
  return outputs
}

/** For a second look at what has been checked. */
export function withoutReports(scope: Scope): Scope {
  return { ...scope, problems: [] }
}

/** `type: stdout` stands for a File found under the name that standard output goes to. CWL v1.2, CommandLineTool §stdout */
function streamOutput(scope: Scope, entry: TreeMap, name: string): OutputParameter {
  const output = readOutput(scope, copyPositions(entry, { ...entry, type: 'File' }), GRAMMAR.toolOutput)
  return { ...output, outputBinding: { glob: [name], loadContents: false, ...output.outputBinding } }
}

/** The same on every run, so that a rerun gives the same names. */
function generatedName(id: string, stream: string): string {
  return createHash('sha1').update(`${id} ${stream}`).digest('hex')
}

function readArgument(scope: Scope, item: Tree, node: TreeMap | Tree[], key: string | number): CommandLineBinding[] {
  if (isMap(item)) {
    const argument = bindingOf(scope, item)
    if (argument.valueFrom !== undefined && argument.valueFrom !== null) return [argument]
    reportProblem(scope, RULES.emptyArgument(), item)
    return []
  }
  if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') {
    checkExpression(scope, String(item), 'arguments', node, key)
    return [{ valueFrom: String(item) }]
  }
  reportProblem(scope, RULES.wrongKind('an argument', 'a string or a binding', kindOf(item)), node, key)
  return []
}

function codes(map: TreeMap, key: string): number[] {
  return asList(map[key]).filter((code): code is number => typeof code === 'number' && Number.isInteger(code))
}
