import { ApiError } from '../errors.ts'

export type Metadata = { [key: string]: string }

const LIMITS = { keys: 1000, key: 100, value: 300 }

/** Metadata as they are kept: values as strings. Throws ApiError 5006 or 5035. A `null` is no value. */
export function newMetadata(given: { [key: string]: unknown }): Metadata {
  return checked(Object.entries(given).filter(([, value]) => value !== null))
}

/** Merged: keys not given stay, `null` removes. */
export function mergedMetadata(before: Metadata, given: { [key: string]: unknown }): Metadata {
  return newMetadata({ ...before, ...given })
}

function checked(pairs: [string, unknown][]): Metadata {
  if (pairs.length > LIMITS.keys) throw new ApiError(5006, `at most ${LIMITS.keys} keys.`, 'metadata')
  return Object.fromEntries(pairs.map(([key, value]) => [checkedKey(key), checkedValue(key, value)]))
}

function checkedKey(key: string): string {
  if (key === '') throw new ApiError(5035, undefined, 'metadata')
  if (Buffer.byteLength(key) > LIMITS.key) {
    throw new ApiError(5006, `a key has at most ${LIMITS.key} bytes.`, `metadata.${key.slice(0, 100)}`)
  }
  return key
}

function checkedValue(key: string, value: unknown): string {
  if (typeof value === 'object') throw new ApiError(5006, 'must be a string.', `metadata.${key}`)
  const text = String(value)
  if (Buffer.byteLength(text) > LIMITS.value) {
    throw new ApiError(5006, `a value has at most ${LIMITS.value} bytes.`, `metadata.${key}`)
  }
  return text
}
