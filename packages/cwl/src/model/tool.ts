import { createHash } from 'node:crypto'
import { isMap, type Tree, type TreeMap } from '../document/tree.ts'
import { bindingOf } from './binding.ts'
import { readInput, readOutput } from './parameter.ts'
import type {
  CommandLineBinding,
  CommandLineTool,
  ExpressionTool,
  InputParameter,
  OutputParameter,
  ProcessBase,
} from './process.ts'
import { asList, checkFields, entries, kindOf, report, type Scope, text, texts } from './scope.ts'

export const PROCESS_FIELDS = [
  'id',
  'class',
  'cwlVersion',
  'label',
  'doc',
  'intent',
  'inputs',
  'outputs',
  'requirements',
  'hints',
]
const CODES = ['successCodes', 'temporaryFailCodes', 'permanentFailCodes'] as const
const TOOL_FIELDS = new Set([...PROCESS_FIELDS, ...CODES, 'baseCommand', 'arguments', 'stdin', 'stdout', 'stderr'])
const EXPRESSION_FIELDS = new Set([...PROCESS_FIELDS, 'expression'])

export function readTool(scope: Scope, map: TreeMap, base: ProcessBase): CommandLineTool {
  checkFields(scope, map, TOOL_FIELDS, 'a CommandLineTool')
  const streams = {
    stdin: text(scope, map, 'stdin'),
    stdout: text(scope, map, 'stdout'),
    stderr: text(scope, map, 'stderr'),
  }
  const inputs = readInputs(scope, map)
  for (const entry of entries(scope, map, 'inputs', 'id', 'type')) {
    if (entry.type !== 'stdin') continue
    if (streams.stdin !== undefined)
      report(scope, 'a tool with stdin can have no input of the type stdin', entry, 'type')
    streams.stdin = `$(inputs[${JSON.stringify(inputs.find(input => entry.id === input.id)?.id ?? entry.id)}].path)`
  }
  const outputs = entries(scope, map, 'outputs', 'id', 'type').map(entry => {
    if (entry.type !== 'stdout' && entry.type !== 'stderr') return readOutput(scope, entry)
    const name = streams[entry.type] ?? generatedName(base.id, entry.type)
    streams[entry.type] = name
    return streamOutput(scope, entry, name)
  })
  return {
    ...base,
    class: 'CommandLineTool',
    inputs,
    outputs,
    baseCommand: texts(scope, map, 'baseCommand'),
    arguments: asList(map.arguments).flatMap(item => readArgument(scope, map, item)),
    ...streams,
    successCodes: codes(scope, map, 'successCodes'),
    temporaryFailCodes: codes(scope, map, 'temporaryFailCodes'),
    permanentFailCodes: codes(scope, map, 'permanentFailCodes'),
  }
}

export function readExpressionTool(scope: Scope, map: TreeMap, base: ProcessBase): ExpressionTool {
  checkFields(scope, map, EXPRESSION_FIELDS, 'an ExpressionTool')
  const expression = text(scope, map, 'expression')
  if (expression === undefined) report(scope, 'an ExpressionTool needs an expression', map)
  return { ...base, class: 'ExpressionTool', ...readPorts(scope, map), expression: expression ?? '' }
}

export function readPorts(scope: Scope, map: TreeMap): { inputs: InputParameter[]; outputs: OutputParameter[] } {
  const outputs = entries(scope, map, 'outputs', 'id', 'type').map(entry => readOutput(scope, entry))
  return { inputs: readInputs(scope, map), outputs }
}

function readInputs(scope: Scope, map: TreeMap): InputParameter[] {
  return entries(scope, map, 'inputs', 'id', 'type').map(entry => readInput(scope, entry))
}

/** `type: stdout` stands for a File found under the name that standard output goes to. CWL v1.2, CommandLineTool §stdout */
function streamOutput(scope: Scope, entry: TreeMap, name: string): OutputParameter {
  const output = readOutput(scope, { ...entry, type: 'File' })
  return { ...output, outputBinding: { glob: [name], loadContents: false, ...output.outputBinding } }
}

/** The same on every run, so that a rerun gives the same names. */
function generatedName(id: string, stream: string): string {
  return createHash('sha1').update(`${id} ${stream}`).digest('hex')
}

function readArgument(scope: Scope, holder: TreeMap, item: Tree): CommandLineBinding[] {
  if (isMap(item)) {
    if (item.valueFrom === undefined) report(scope, 'an argument needs valueFrom', item)
    return [bindingOf(scope, item)]
  }
  if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') {
    return [{ valueFrom: String(item) }]
  }
  report(scope, `an argument must be a string or a binding, not ${kindOf(item)}`, holder, 'arguments')
  return []
}

function codes(scope: Scope, map: TreeMap, key: (typeof CODES)[number]): number[] {
  return asList(map[key]).flatMap(code => {
    if (typeof code === 'number' && Number.isInteger(code)) return [code]
    report(scope, `${key} must be whole numbers`, map, key)
    return []
  })
}
