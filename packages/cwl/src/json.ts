/**
 * JSON with whole numbers of any size. What a JavaScript number can't hold exactly is a bigint in memory, and the same
 * digits in every text: a `long` of CWL has 64 bits.
 */

import { LIMITS } from './limits.ts'

declare global {
  interface BigInt {
    toJSON(): unknown
  }
  interface JSON {
    rawJSON(text: string): unknown
  }
}

// whoever writes a value as JSON writes the digits, wherever that is
BigInt.prototype.toJSON = function (this: bigint): unknown {
  return JSON.rawJSON(String(this))
}

/** A number token that may be too long; also found in strings, which does no harm. */
const LONG = /[:[,]\s*-?[0-9]{16}|^\s*-?[0-9]{16}/

/** As `JSON.parse`. @throws SyntaxError */
export function parseJson<T = unknown>(text: string): T {
  return LONG.test(text) ? JSON.parse(text, revive as never) : JSON.parse(text)
}

function revive(_key: string, value: unknown, { source }: { source?: string }): unknown {
  return typeof value === 'number' && source !== undefined ? exactNumber(value, source) : value
}

/** The number itself, or a bigint where it is whole and has lost digits. */
export function exactNumber(value: number, written: string): number | bigint {
  if (Number.isSafeInteger(value) || !/^[-+]?[0-9]+$/.test(written) || written.length > LIMITS.digits) return value
  return BigInt(written.replace(/^\+/, ''))
}
