import { LIMITS } from '../limits.ts'

/**
 * JSON text with numbers in plain decimal digits, never with an exponent, so that it means the same to every program
 * that a tool may be; `, ` and `: ` between entries.
 * @param count is told of each piece before it is made, and may throw when there are too many
 */
export function jsonText(value: unknown, count: (characters: number) => void = () => undefined): string {
  if (typeof value === 'number' || typeof value === 'bigint') return counted(numberText(value), count)
  if (Array.isArray(value)) {
    count(2 * value.length)
    return `[${value.map(item => jsonText(item ?? null, count)).join(', ')}]`
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    const texts = entries.map(([key, item]) => {
      count(key.length + 6)
      return `${JSON.stringify(key)}: ${jsonText(item, count)}`
    })
    return `{${texts.join(', ')}}`
  }
  if (typeof value === 'string') count(value.length + 2)
  return JSON.stringify(value) ?? 'null'
}

function counted(text: string, count: (characters: number) => void): string {
  count(text.length)
  return text
}

/** A value for a message: its beginning, whatever its size. */
export function shown(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > LIMITS.textShown ? `${value.slice(0, LIMITS.textShown)}…` : value)
  if (Array.isArray(value)) {
    const items = value.slice(0, 10).map(item => (isSmall(item) ? shown(item) : '…'))
    return `[${[...items, ...(value.length > 10 ? ['…'] : [])].join(',')}]`
  }
  if (typeof value !== 'object' || value === null) return String(JSON.stringify(value))
  const { class: name } = value as { class?: unknown }
  return typeof name === 'string' ? `a ${name.slice(0, LIMITS.textShown)}` : 'a record'
}

function isSmall(value: unknown): boolean {
  return typeof value !== 'object' || value === null
}

/** What a `long` of CWL may be at most; whole numbers up to it are written with all their digits. */
const LONG = 2 ** 63

/** The number of a float or double: `2` → `2.0`. */
export function floatText(value: number): string {
  const text = numberText(value)
  return /^-?[0-9]+$/.test(text) ? `${text}.0` : text
}

/** `1.23e-5` → `0.0000123`. */
export function numberText(value: number | bigint): string {
  if (typeof value === 'bigint') return String(value)
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) <= LONG) return String(BigInt(value))
  const text = String(value)
  const match = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (!match) return text
  const [, sign, whole = '', fraction = '', exponent] = match
  const point = whole.length + Number(exponent)
  const digits = whole + fraction
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return sign + digits.padEnd(point, '0')
}
