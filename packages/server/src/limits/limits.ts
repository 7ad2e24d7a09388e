import { LIMIT_NAMES, LIMITS, type LimitName, type Limits, type Unit } from './table.ts'

export { LIMIT_NAMES, LIMITS, type LimitName, type Limits } from './table.ts'

/** What holds where the operator says nothing. */
export const STANDARD: Limits = withLimits({})

/** The table's values, with others in place of some. */
export function withLimits(others: Partial<Limits>): Limits {
  const pairs = LIMIT_NAMES.map(name => [name, others[name] ?? LIMITS[name].standard])
  return Object.fromEntries(pairs) as Limits
}

/**
 * Reads what an operator says: `NAME=VALUE`, the value a whole number from 1, for bytes also with KiB, MiB or GiB.
 * @throws Error that names the limit and the rule
 */
export function parseLimit(words: string): Partial<Limits> {
  const [, name = '', number = '', unit = ''] = /^([a-z-]+)=(\d{1,15})(KiB|MiB|GiB)?$/.exec(words) ?? []
  if (!isName(name)) throw new Error(`${words}: it must be NAME=VALUE with one of ${LIMIT_NAMES.join(', ')}`)
  if (unit && LIMITS[name].unit !== 'bytes') throw new Error(`${name} is a number of ${LIMITS[name].unit}`)
  const value = Number(number) * ({ KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 }[unit] ?? 1)
  if (value < 1 || !Number.isSafeInteger(value)) throw new Error(`${name} must be at least 1`)
  return { [name]: value }
}

/** For a message: `more than 16 MiB (limit expression-bytes)`. */
export function moreThan(name: LimitName, value: number): string {
  return `more than ${amount(value, LIMITS[name].unit)} (limit ${name})`
}

/** `16 MiB`, `1000 files`. */
export function amount(value: number, unit: Unit): string {
  if (unit !== 'bytes') return `${value} ${unit}`
  const [size, word] = [
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
  ].find(([size]) => value % (size as number) === 0) ?? [1, 'bytes']
  return `${value / (size as number)} ${word}`
}

function isName(name: string): name is LimitName {
  return Object.hasOwn(LIMITS, name)
}
