import { isRecord } from '../files.ts'
import type { Value } from '../values.ts'
import { memberFor } from './check.ts'
import type { Type } from './process.ts'

/** The value, with null for each field of a record that is not given, at every depth. It fits its type. */
export function withAbsentFields(type: Type, value: Value): Value {
  if (!holdsRecord(type) || typeof value !== 'object' || value === null) return value
  const member = memberFor(type, value)
  if (member.kind === 'array' && Array.isArray(value)) {
    return value.map(item => withAbsentFields(member.items, item))
  }
  if (member.kind !== 'record' || !isRecord(value)) return value
  const whole: { [key: string]: Value } = { ...value }
  for (const { id, type: own } of member.fields) {
    const given = Object.hasOwn(value, id) ? value[id]! : null
    Object.defineProperty(whole, id, {
      value: withAbsentFields(own, given),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return whole
}

const known = new WeakMap<Type, boolean>()

/** Most types hold none, and their values are not gone through. */
function holdsRecord(type: Type): boolean {
  const before = known.get(type)
  if (before !== undefined) return before
  const holds =
    type.kind === 'record' ||
    (type.kind === 'array' && holdsRecord(type.items)) ||
    (type.kind === 'union' && type.of.some(holdsRecord))
  known.set(type, holds)
  return holds
}
