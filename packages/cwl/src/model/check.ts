import { LIMITS } from '../limits.ts'
import type { Value } from '../values.ts'
import type { Type } from './process.ts'
import { typeName } from './type.ts'

/**
 * Undefined when the value fits the type, else what was expected and what came, with the way to it.
 * @param wide an `int` may be any whole number that a JavaScript number holds exactly
 */
export function checkValue(type: Type, value: Value | undefined, wide = false): string | undefined {
  const steps = { left: LIMITS.checkSteps, wide }
  const fault = faultOf(type, value ?? null, '', steps)
  if (!fault) return undefined
  if (steps.left < 0)
    return `the value has too many parts, or its type too many alternatives (${LIMITS.checkSteps} at most)`
  return `${fault.path ? `at ${fault.path}: ` : ''}expected ${fault.expected}, not ${fault.found}`
}

interface Steps {
  left: number
  wide: boolean
}

/**
 * True for a value that may yet be taken for one of the type (leniencies.ts: wideInt, enumText). What fits in no such way is
 * certain to be refused.
 */
export function fitsLoosely(type: Type, value: Value): boolean {
  switch (type.kind) {
    case 'int':
      return Number.isSafeInteger(value)
    case 'enum':
      return type.symbols.includes(String(value)) && typeof value !== 'object'
    case 'array':
      return Array.isArray(value) && value.every(item => fitsLoosely(type.items, item))
    case 'record':
      return (
        isMap(value) &&
        type.fields.every(({ id, type }) => fitsLoosely(type, Object.hasOwn(value, id) ? value[id]! : null))
      )
    case 'union':
      return type.of.some(member => fitsLoosely(member, value))
    default:
      return checkValue(type, value) === undefined
  }
}

/** As `checkValue`, for outputs: there `Any` may be null too. */
export function checkOutput(type: Type, value: Value | undefined, wide = false): string | undefined {
  return type.kind === 'Any' && (value ?? null) === null ? undefined : checkValue(type, value, wide)
}

function isInt(value: Value): boolean {
  return Number.isInteger(value) && Number(value) >= -(2 ** 31) && Number(value) < 2 ** 31
}

function isLong(value: Value): boolean {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value
  return Number.isInteger(value) && Number(value) >= -(2 ** 63) && Number(value) < 2 ** 63
}

interface Fault {
  path: string
  expected: string
  found: string
}

function faultOf(type: Type, value: Value, path: string, steps: Steps): Fault | undefined {
  const fault = (): Fault => ({ path, expected: typeName(type), found: describe(value) })
  if (--steps.left < 0) return fault()
  switch (type.kind) {
    case 'null':
      return value === null ? undefined : fault()
    case 'Any':
      return value === null ? fault() : undefined
    case 'boolean':
      return typeof value === 'boolean' ? undefined : fault()
    case 'string':
      return typeof value === 'string' ? undefined : fault()
    case 'int':
      return isInt(value) || (steps.wide && Number.isSafeInteger(value)) ? undefined : fault()
    case 'long':
      return isLong(value) ? undefined : fault()
    case 'float':
    case 'double':
      return typeof value === 'number' || typeof value === 'bigint' ? undefined : fault()
    case 'File':
    case 'Directory':
      return isMap(value) && value.class === type.kind ? undefined : fault()
    case 'enum':
      return typeof value === 'string' && type.symbols.includes(value) ? undefined : fault()
    case 'array':
      if (!Array.isArray(value)) return fault()
      return first(value, (item, index) => faultOf(type.items, item, `${path}[${index}]`, steps))
    case 'record':
      if (!isMap(value) || 'class' in value) return fault()
      return first(type.fields, field => {
        const item = Object.hasOwn(value, field.id) ? value[field.id]! : null
        return faultOf(field.type, item, path ? `${path}.${field.id}` : field.id, steps)
      })
    case 'union':
      return unionFault(type.of, value, path, fault, steps)
  }
}

/** Of a union with one member that the value could have been meant for, that member's own fault says most. */
function unionFault(members: Type[], value: Value, path: string, whole: () => Fault, steps: Steps): Fault | undefined {
  const faults: Fault[] = []
  for (const member of members) {
    const fault = faultOf(member, value, path, steps)
    if (!fault) return undefined
    if (steps.left < 0) return fault
    if (fault.path !== path) faults.push(fault)
  }
  return faults.length === 1 ? faults[0] : whole()
}

function first<T>(items: T[], check: (item: T, index: number) => Fault | undefined): Fault | undefined {
  for (const [index, item] of items.entries()) {
    const fault = check(item, index)
    if (fault) return fault
  }
  return undefined
}

/** The member of a union that the value belongs to; a type that is none is its own. */
export function memberFor(type: Type, value: Value): Type {
  if (type.kind !== 'union') return type
  const steps = { left: LIMITS.checkSteps, wide: true }
  const found = type.of.find(member => faultOf(member, value, '', steps) === undefined)
  return found ? memberFor(found, value) : { kind: 'Any' }
}

export function acceptsNull(type: Type): boolean {
  return type.kind === 'null' || (type.kind === 'union' && type.of.some(acceptsNull))
}

function isMap(value: Value): value is { [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function describe(value: Value): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (isMap(value)) return typeof value.class === 'string' ? `a ${value.class}` : 'a record'
  if (typeof value === 'bigint') return `number ${value}`
  const text = JSON.stringify(typeof value === 'string' ? value.slice(0, 100) : value)
  return `${typeof value} ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`
}
