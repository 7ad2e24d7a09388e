import type { Lenient } from '../leniencies.ts'
import type { Value } from '../values.ts'
import { adapt } from './adapt.ts'
import { checkOutput, checkValue } from './check.ts'
import { asDeclared } from './declared.ts'
import type { Process, Type } from './process.ts'

/** Whether links of draft-2 come in: only what a step gives may be of another type than is declared. */
interface InputWay {
  language: { lenient?: Lenient }
  /** given by a user, not by a step */
  discover: boolean
}

/** The value of an input as its expressions see it: records whole, and what a leniency makes fit; or why it does not fit. */
export function fitInput(
  what: string,
  type: Type,
  value: Value,
  { version }: Pick<Process, 'version'>,
  { language: { lenient }, discover }: InputWay,
): { value: Value } | { fault: string } {
  const fault = checkValue(type, value)
  if (!fault) return { value: asDeclared(type, value) }
  const taken = taking(what, type, value, lenient, false)
  if (taken !== undefined) return { value: taken }
  if (!lenient || version !== 'draft-2' || discover || value === null) return { fault: `${what}: ${fault}` }
  lenient('looseLinks', `${what}: ${fault}`)
  return { value }
}

/**
 * The same for an output.
 * @throws Error that says what does not fit
 */
export function fitOutput(
  what: string,
  type: Type,
  value: Value,
  { version, class: kind }: Pick<Process, 'version' | 'class'>,
  lenient: Lenient | undefined,
): Value {
  const fault = checkOutput(type, value)
  if (!fault) return asDeclared(type, value)
  const taken = taking(what, type, value, lenient, true)
  if (taken !== undefined) return taken
  if (!lenient || version !== 'draft-2' || kind !== 'Workflow' || value === null) throw new Error(`${what}: ${fault}`)
  lenient('looseLinks', `${what}: ${fault}`)
  return value
}

function taking(what: string, type: Type, value: Value, lenient: Lenient | undefined, output: boolean) {
  const adapted = lenient && adapt(type, value, output)
  if (!adapted) return undefined
  for (const { name, detail } of adapted.used) lenient(name, `${what}: ${detail}`)
  return asDeclared(type, adapted.value)
}
