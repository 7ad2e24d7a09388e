/**
 * JSON text with numbers in plain decimal digits, never with an exponent, so that it means the same to every program
 * that a tool may be; `, ` and `: ` between entries.
 */
export function jsonText(value: unknown): string {
  if (typeof value === 'number') return numberText(value)
  if (Array.isArray(value)) return `[${value.map(item => jsonText(item ?? null)).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}: ${jsonText(item)}`).join(', ')}}`
  }
  return JSON.stringify(value) ?? 'null'
}

/** What a `long` of CWL may be at most; whole numbers up to it are written with all their digits. */
const LONG = 2 ** 63

/** `1.23e-5` → `0.0000123`. */
export function numberText(value: number): string {
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
