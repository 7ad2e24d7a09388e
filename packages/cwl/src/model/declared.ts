import { isRecord } from '../files.ts'
import type { Value } from '../values.ts'
import { memberFor } from './check.ts'
import type { Type } from './process.ts'

/**
 * A value that fits its type, as the type has it, at every depth: null for each field of a record that is not given, and a
 * JavaScript number for a float however many digits it was written with.
 */
export function asDeclared(type: Type, value: Value): Value {
  if (!isChanging(type) || value === null) return value
  if (typeof value === 'bigint') return isFloating(memberFor(type, value)) ? Number(value) : value
  if (typeof value !== 'object') return value
  const member = memberFor(type, value)
  if (member.kind === 'array' && Array.isArray(value)) {
    return isChanging(member.items) ? value.map(item => asDeclared(member.items, item)) : value
  }
  if (member.kind !== 'record' || !isRecord(value)) return value
  const whole: { [key: string]: Value } = { ...value }
  for (const { id, type: own } of member.fields) {
    const given = Object.hasOwn(value, id) ? value[id]! : null
    // an id may be any name, __proto__ too
    Object.defineProperty(whole, id, {
      value: asDeclared(own, given),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return whole
}

export function isFloating({ kind }: Type): boolean {
  return kind === 'float' || kind === 'double'
}

const known = new WeakMap<Type, boolean>()

/** Most types change nothing, and their values are not gone through. */
function isChanging(type: Type): boolean {
  const before = known.get(type)
  if (before !== undefined) return before
  const changing =
    type.kind === 'record' ||
    isFloating(type) ||
    (type.kind === 'array' && isChanging(type.items)) ||
    (type.kind === 'union' && type.of.some(isChanging))
  known.set(type, changing)
  return changing
}
