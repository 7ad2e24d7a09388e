import { parseJson as parseExactly } from '@reprise/cwl/json'
import { ApiError } from '../errors.ts'
import { moreThan, STANDARD } from '../limits/limits.ts'

/** How deep objects and lists of a body may be nested. */
export const DEEPEST = 64

/**
 * A JSON body: nothing and `null` are no body. Throws ApiError 90009 for what is not JSON, 90000 for what is nested too
 * deep or has more than so many values (both found before it is parsed), has a key `__proto__`, or text with a NUL
 * character, which no database keeps.
 */
export function parseJson(bytes: Buffer, mostValues: number = STANDARD['body-values']): unknown {
  const { depth, values } = measured(bytes)
  if (values > mostValues) throw new ApiError(90000, `The body has ${moreThan('body-values', mostValues)}.`)
  if (depth > DEEPEST) throw new ApiError(90000, `The body is nested deeper than ${DEEPEST} levels.`)
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '')
  if (text.trim() === '') return undefined
  let value: unknown
  try {
    value = parseExactly(text)
  } catch (error) {
    throw new ApiError(90009, `The request body is not JSON: ${(error as Error).message}`)
  }
  if (mayHaveProto(text) && hasProto(value)) throw new ApiError(90000, 'The key __proto__ is not allowed.', '__proto__')
  if (text.includes('\\u0000')) refuseNul(value)
  return value ?? undefined
}

/** A body that is text. Throws ApiError 90000 for one with a NUL character. */
export function readText(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  refuseNul(text)
  return text
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN, CLOSE, COMMA] = [...'"\\[]{},'].map(c => c.charCodeAt(0))

/** The deepest nesting of brackets outside strings, and the most values that can be there; the text need not be JSON. */
export function measured(bytes: Uint8Array): { depth: number; values: number } {
  let depth = 0
  let deepest = 0
  let values = 1
  let quoted = false
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i]
    if (quoted) {
      if (c === BACKSLASH) i++
      else if (c === QUOTE) quoted = false
    } else if (c === QUOTE) quoted = true
    else if (c === COMMA) values++
    else if (c === OPEN || c === OPEN_LIST) {
      values++
      if (++depth > deepest) deepest = depth
    } else if (c === CLOSE || c === CLOSE_LIST) depth--
  }
  return { depth: deepest, values }
}

/** The key can be written with escapes, too. */
function mayHaveProto(text: string): boolean {
  return text.includes('__proto__') || text.includes('\\u')
}

function hasProto(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(hasProto)
}

/** @param field where the value stands */
function refuseNul(value: unknown, field?: string): void {
  if (typeof value === 'string' && value.includes('\0')) {
    throw new ApiError(90000, 'The character U+0000 is not allowed in text.', field)
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    refuseNul(key, field)
    refuseNul(inner, field === undefined ? key : `${field}.${key}`)
  }
}
