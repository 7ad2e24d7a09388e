import type { Type } from '../model/process.ts'
import type { Value } from '../values.ts'
import { ExpressionError } from './scan.ts'

/** What an expression may speak of. */
export interface Context {
  inputs: { [id: string]: Value }
  self?: Value
  runtime?: { [name: string]: Value }
  /** of what references name, as far as it is declared: a float is written with its fraction */
  types?: Types | undefined
}

export interface Types {
  inputs: ReadonlyMap<string, Type>
  self?: Type | undefined
}

const SEGMENT = String.raw`\.[\p{L}\p{N}_]+|\['(?:[^'\\]|\\.)*'\]|\["(?:[^"\\]|\\.)*"\]|\[[0-9]+\]`
const REFERENCE = new RegExp(String.raw`^([\p{L}\p{N}_]+)((?:${SEGMENT})*)$`, 'u')

/** True for what a parameter reference may begin with. */
export function isSymbol(name: string | number | undefined): boolean {
  return name === 'inputs' || name === 'self' || name === 'runtime' || name === 'null'
}

/** The names along a parameter reference (`inputs.a['b'][0]`), or undefined when the code is something else. */
export function parseReference(code: string): (string | number)[] | undefined {
  const match = REFERENCE.exec(code.trim())
  if (!match) return undefined
  const segments = match[2]!.match(new RegExp(SEGMENT, 'gu')) ?? []
  return [match[1]!, ...segments.map(parseSegment)]
}

function parseSegment(segment: string): string | number {
  if (segment.startsWith('.')) return segment.slice(1)
  const inner = segment.slice(1, -1)
  return /^[0-9]+$/.test(inner) ? Number(inner) : inner.slice(1, -1).replace(/\\(.)/g, '$1')
}

/**
 * Follows a parameter reference. Spec: CWL v1.2 §3.4 (Parameter references).
 * @throws ExpressionError when a name on the way does not exist
 */
export function resolveReference(names: (string | number)[], context: Context): Value {
  const [symbol, ...rest] = names
  if (symbol === 'null' && rest.length === 0) return null
  let value: Value | undefined = symbol === 'self' ? (context.self ?? null) : undefined
  if (symbol === 'inputs') value = context.inputs
  if (symbol === 'runtime') value = context.runtime
  if (value === undefined) throw new ExpressionError(`there is no ${symbol} here`)
  let path = String(symbol)
  for (const name of rest) {
    value = member(value, name, path)
    path += typeof name === 'number' ? `[${name}]` : `.${name}`
  }
  return value
}

function member(value: Value, name: string | number, path: string): Value {
  if (Array.isArray(value)) {
    if (name === 'length') return value.length
    const item = typeof name === 'number' ? value[name] : undefined
    if (item !== undefined) return item
  } else if (typeof value === 'object' && value !== null && Object.hasOwn(value, name)) {
    return (value as { [key: string]: Value })[name]!
  }
  throw new ExpressionError(`${path} has no ${typeof name === 'number' ? `element ${name}` : name}`)
}
