import { LIMITS } from '../limits.ts'
import type { Type } from './process.ts'

/** Whether the values of one type belong to another: all of them, some, or none. */
export type Fit = 'always' | 'sometimes' | 'never'

const NUMBERS = ['int', 'long', 'float', 'double']

/** As `checkValue` (check.ts) would decide on the values. A list that can only fit empty does not fit. */
export function fits(source: Type, sink: Type, steps = { left: LIMITS.fitSteps }): Fit {
  // what would take too long is not doubted: the values are checked when they are there
  if (--steps.left < 0) return 'always'
  if (source.kind === 'union') return all(source.of.map(member => fits(member, sink, steps)))
  if (sink.kind === 'union') return any(sink.of.map(member => fits(source, member, steps)))
  if (sink.kind === 'Any') return source.kind === 'null' ? 'never' : 'always'
  // what may be anything is not doubted
  if (source.kind === 'Any') return 'always'
  if (NUMBERS.includes(source.kind) && NUMBERS.includes(sink.kind)) return numbers(source.kind, sink.kind)
  if (source.kind === 'array' && sink.kind === 'array') return fits(source.items, sink.items, steps)
  if (source.kind === 'record' && sink.kind === 'record') {
    const given = new Map(source.fields.map(field => [field.id, field.type]))
    return both(sink.fields.map(field => fits(given.get(field.id) ?? { kind: 'null' }, field.type, steps)))
  }
  if (sink.kind === 'enum') {
    if (source.kind === 'string') return 'sometimes'
    if (source.kind !== 'enum') return 'never'
    return all(source.symbols.map(symbol => (sink.symbols.includes(symbol) ? 'always' : 'never')))
  }
  if (source.kind === 'enum') return sink.kind === 'string' ? 'always' : 'never'
  return source.kind === sink.kind ? 'always' : 'never'
}

/** A whole number is a fractional one too, and a small one a large one, but not the other way round. */
function numbers(source: string, sink: string): Fit {
  if (sink === 'float' || sink === 'double') return 'always'
  return NUMBERS.indexOf(source) <= NUMBERS.indexOf(sink) ? 'always' : 'sometimes'
}

/** The value is of one of these. */
function all(each: Fit[]): Fit {
  if (each.every(fit => fit === 'always')) return 'always'
  return each.every(fit => fit === 'never') ? 'never' : 'sometimes'
}

/** The value may go to any of these. */
function any(each: Fit[]): Fit {
  if (each.includes('always')) return 'always'
  return each.includes('sometimes') ? 'sometimes' : 'never'
}

/** The value has all of these. */
function both(each: Fit[]): Fit {
  if (each.includes('never')) return 'never'
  return each.includes('sometimes') ? 'sometimes' : 'always'
}
