import { isRecord } from '../files.ts'
import type { LeniencyName } from '../leniencies.ts'
import { LIMITS } from '../limits.ts'
import type { Value } from '../values.ts'
import { checkValue } from './check.ts'
import type { Type } from './process.ts'
import { typeName } from './type.ts'

/** A value as its type takes it by leniencies, and which these were. */
export interface Adapted {
  value: Value
  used: { name: LeniencyName; detail: string }[]
}

/**
 * A value that does not fit its type, as the platform takes it all the same; undefined when no leniency makes it fit.
 * @param output it was made by a job: a text of digits may stand for a number
 */
export function adapt(type: Type, value: Value, output = false): Adapted | undefined {
  const adapting = new Adapting(output)
  const adapted = adapting.value(type, value)
  return adapted === undefined ? undefined : { value: adapted, used: adapting.used }
}

class Adapting {
  used: Adapted['used'] = []
  #left = LIMITS.adaptSteps
  readonly #output: boolean

  constructor(output: boolean) {
    this.#output = output
  }

  value(type: Type, value: Value): Value | undefined {
    if (--this.#left < 0) return undefined
    switch (type.kind) {
      case 'union':
        return this.#member(type.of, value)
      case 'array':
        return Array.isArray(value) ? all(value.map(item => this.value(type.items, item))) : undefined
      case 'record':
        return this.#record(type, value)
      case 'enum':
        return this.#symbol(type, value)
      case 'int':
        return this.#int(type, value)
      case 'long':
      case 'float':
      case 'double':
        return fits(type, value) ? value : this.#number(type, value)
      default:
        return fits(type, value) ? value : undefined
    }
  }

  /** A member that the value fits as it is goes before one that it is made to fit. */
  #member(members: Type[], value: Value): Value | undefined {
    if (members.some(member => fits(member, value))) return value
    for (const member of members) {
      const before = this.used.length
      const adapted = this.value(member, value)
      if (adapted !== undefined) return adapted
      this.used.length = before
    }
    return undefined
  }

  #record(type: Type & { kind: 'record' }, value: Value): Value | undefined {
    if (!isRecord(value) || 'class' in value) return undefined
    const adapted: { [key: string]: Value } = { ...value }
    for (const field of type.fields) {
      const item = this.value(field.type, Object.hasOwn(value, field.id) ? value[field.id]! : null)
      if (item === undefined) return undefined
      if (item !== null || Object.hasOwn(value, field.id)) adapted[field.id] = item
    }
    return adapted
  }

  #symbol(type: Type & { kind: 'enum' }, value: Value): Value | undefined {
    if (fits(type, value)) return value
    const text = String(value)
    if ((typeof value !== 'number' && typeof value !== 'boolean') || !type.symbols.includes(text)) return undefined
    return this.#use('enumText', `${text} is taken as ${JSON.stringify(text)}, ${typeName(type)}`, text)
  }

  #int(type: Type, value: Value): Value | undefined {
    if (fits(type, value)) return value
    if (Number.isSafeInteger(value)) return this.#use('wideInt', `${value} is more than an int can be`, value)
    return this.#number(type, value)
  }

  #number(type: Type, value: Value): Value | undefined {
    if (!this.#output || typeof value !== 'string' || !/^\s*[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?\s*$/.test(value)) {
      return undefined
    }
    const number = Number(value)
    if (checkValue(type, number, true) !== undefined) return undefined
    return this.#use('numberText', `${JSON.stringify(value)} is taken as ${type.kind}`, number)
  }

  #use(name: LeniencyName, detail: string, value: Value): Value {
    this.used.push({ name, detail })
    return value
  }
}

function fits(type: Type, value: Value): boolean {
  return checkValue(type, value) === undefined
}

function all(items: (Value | undefined)[]): Value[] | undefined {
  return items.every(item => item !== undefined) ? items : undefined
}
