import { type CustomTypesConfig, types } from 'pg'

/** Of pg_type. */
const BOOLEAN = 16
const BYTES = 17
const INTEGER = 20
const NUMERIC = 1700

const parsers = new Map<number, (text: string) => unknown>([
  [BOOLEAN, text => (text === 't' ? 1 : 0)],
  [BYTES, text => new Uint8Array(Buffer.from(text.slice(2), 'hex'))],
  [INTEGER, Number],
  [NUMERIC, Number],
])

/**
 * Values as SQLite gives them: numbers for int8 and for what sums and counts give, 0 and 1 for what is true or not, bytes as a
 * Uint8Array. Integers of the schema are milliseconds, sizes and counts, all far below 2^53.
 */
export const typesAsInSqlite: CustomTypesConfig = {
  getTypeParser: (type: number, format?: 'text' | 'binary') =>
    parsers.get(type) ?? types.getTypeParser(type, format ?? 'text'),
}

/**
 * A parameter as PostgreSQL takes it. Its text has no NUL character. Where a client could send one the API refuses it; in what
 * programs wrote (the end of a tool's standard error) it becomes U+FFFD, as any other byte that is no text.
 */
export function parameterOf(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value
  if (value === null || typeof value === 'number' || typeof value === 'bigint') return value
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  throw new TypeError(`a ${typeof value} can't be a parameter of a statement`)
}
