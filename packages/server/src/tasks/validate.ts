import type { InputParameter, Process, Type, Value, Values } from '@reprise/cwl'
import { findInProject } from '../database/files.ts'
import type { Queries } from '../database/index.ts'
import { type Companions, findCompanions } from './companions.ts'
import { type Files, fit, isOptional, possibleIds } from './values.ts'

/** One entry of a task's `errors` or `warnings`. */
export interface ValidationEntry {
  type: string
  message: string
  input_id: string
}

/** The inputs of a task after a look at its app and at the files of its project. */
export interface Validated {
  /** as they are stored: what fits in its one form, what does not as it was given; unset ones left out */
  inputs: Values
  errors: ValidationEntry[]
  /** the files and folders that the inputs name */
  files: Files
  /** what lies beside them and belongs to them */
  companions: Companions
}

export interface Definition {
  project: string
  process: Process
  inputs: { [id: string]: unknown }
  /** the input that a batch task is split by: it may hold a list of what its port takes */
  batchInput?: string | null
}

/** Entries that a task shows. */
const MOST_ERRORS = 1000
/** Characters of one; what does not fit may be long, or take long to describe. */
const LONGEST = 1000

/** Looks at all inputs; says everything that is wrong with them at once. Stores nothing. */
export async function validate(db: Queries, { project, process, inputs, batchInput }: Definition): Promise<Validated> {
  const given = namedInputs(process, inputs)
  const files = await findInProject(db, project, [...possibleIds(Object.values(given))])
  const result: Values = {}
  const errors: ValidationEntry[] = []
  const fitting: [InputParameter, Value][] = []
  for (const [id, value] of Object.entries(given)) {
    const parameter = process.inputs.find(input => input.id === id)
    if (!parameter) {
      errors.push(entry('unknown', id, `The app has no input ${id}.`))
      result[id] = value as Value
      continue
    }
    const fitted = fit(portType(parameter, batchInput), value, files)
    if ('problem' in fitted) errors.push(entry(fitted.about, id, `Input ${id}: ${fitted.problem}.`))
    else fitting.push([{ ...parameter, type: portType(parameter, batchInput) }, fitted.value])
    result[id] = 'problem' in fitted ? (value as Value) : fitted.value
  }
  for (const parameter of process.inputs) {
    if (Object.hasOwn(given, parameter.id) || isOptional(parameter)) continue
    errors.push(entry('required', parameter.id, `Input ${parameter.id} is required and has no value.`))
  }
  const companions = await findCompanions(db, files, fitting)
  for (const { input, name } of companions.missing) {
    errors.push(entry('secondary_file', input, `Input ${input}: ${name} is not beside the file that needs it.`))
  }
  return { inputs: result, errors: errors.slice(0, MOST_ERRORS), files, companions }
}

function entry(kind: string, input: string, message: string): ValidationEntry {
  const short = message.length > LONGEST ? `${message.slice(0, LONGEST)}…` : message
  return { type: `error/task_validation/input/${kind}`, message: short, input_id: input.slice(0, LONGEST) }
}

/** A batch is split later: until then its input holds one value, or a list of them. */
export function portType(parameter: InputParameter, batchInput: string | null | undefined): Type {
  if (parameter.id !== batchInput) return parameter.type
  return { kind: 'union', of: [parameter.type, { kind: 'array', items: parameter.type }] }
}

/** Inputs with others put over them; a `null` clears. */
export function mergeInputs(
  process: Process,
  before: { [id: string]: unknown },
  given: { [id: string]: unknown } = {},
): { [id: string]: unknown } {
  return { ...before, ...namedInputs(process, given, true) }
}

/** Inputs by the ids of the app, before which old clients write a `#`; those without a value only when `cleared`. */
function namedInputs(process: Process, inputs: { [id: string]: unknown }, cleared = false): { [id: string]: unknown } {
  const ids = new Set(process.inputs.map(input => input.id))
  return Object.fromEntries(
    Object.entries(inputs)
      .filter(([, value]) => cleared || (value !== null && value !== undefined))
      .map(([id, value]) => [!ids.has(id) && id.startsWith('#') ? id.slice(1) : id, value]),
  )
}
