import { parseReference, type Types } from '../expression/reference.ts'
import { isExpression, scan } from '../expression/scan.ts'
import type { Value } from '../values.ts'
import { memberFor } from './check.ts'
import { isFloating } from './declared.ts'
import type { InputParameter, Type } from './process.ts'

const known = new WeakMap<InputParameter[], Types>()

/** Types of a process's inputs, for references to them. */
export function typesOf(inputs: InputParameter[]): Types {
  const types = known.get(inputs) ?? { inputs: new Map(inputs.map(({ id, type }) => [id, type])) }
  known.set(inputs, types)
  return types
}

/** The declared type of what a parameter reference names (`inputs.a[0].b`, `self`); undefined where nothing is declared. */
export function typeAt([symbol, ...names]: (string | number)[], types: Types | undefined): Type | undefined {
  if (!types) return undefined
  if (symbol === 'self') return inside(types.self, names)
  const [id, ...rest] = names
  return symbol === 'inputs' && typeof id === 'string' ? inside(types.inputs.get(id), rest) : undefined
}

/** The same for a string that is one reference and nothing else. */
export function typeOfText(text: string, types: Types | undefined, escapes?: 'reference' | 'backslash') {
  if (!types || !isExpression(text)) return undefined
  const [only, ...others] = scan(text.trim(), escapes)
  const names = only?.kind === 'reference' && others.length === 0 ? parseReference(only.code) : undefined
  return names && typeAt(names, types)
}

function inside(type: Type | undefined, names: (string | number)[]): Type | undefined {
  let found = type
  for (const name of names) {
    const members: Type[] = found?.kind === 'union' ? found.of : found ? [found] : []
    found = undefined
    for (const member of members) {
      if (member.kind === 'array' && typeof name === 'number') found = member.items
      if (member.kind === 'record') found ??= member.fields.find(field => field.id === name)?.type
    }
  }
  return found
}

/** The number is a float that was written with a fraction of 0, and keeps it. */
export function isFloat(
  { fractions }: { fractions?: ReadonlySet<number> },
  type: Type | undefined,
  value: Value,
): boolean {
  if (!type || typeof value !== 'number' || !fractions?.has(value)) return false
  return isFloating(memberFor(type, value))
}

/** Files and Directories in a list. */
export function isFileList(type: Type | undefined): boolean {
  const members = type?.kind === 'union' ? type.of : type ? [type] : []
  const lists = members.flatMap(member => (member.kind === 'array' ? [member.items] : []))
  return lists.length > 0 && lists.every(item => item.kind === 'File' || item.kind === 'Directory')
}
