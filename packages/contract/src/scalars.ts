import { z } from 'zod'

/**
 * How real clients write simple values. `True`, `TRUE` and `true` are booleans, numbers come as strings, `null` in a body
 * is as good as absent, one string may stand where a list is expected, and a key of a query may be repeated.
 */

/** `null` as absent. */
export function optional<T extends z.ZodType>(schema: T) {
  return z.preprocess(value => (value === null ? undefined : value), schema.optional())
}

const BOOLEANS: { [word: string]: boolean } = { true: true, false: false, '1': true, '0': false }

/** true or false in any case, also as a string. */
export const bool = z.preprocess(value => {
  const word = single(value)
  return typeof word === 'string' ? (BOOLEANS[word.toLowerCase()] ?? word) : word
}, z.boolean('must be true or false'))

/** A whole number, also as a string. */
export const int = z.preprocess(value => {
  const word = single(value)
  return typeof word === 'string' && /^\s*[+-]?\d{1,16}\s*$/.test(word) ? Number(word) : word
}, z.int('must be a whole number'))

/** A string; of a repeated key of a query the last one. */
export const text = z.preprocess(single, z.string('must be a string'))

/** An id without the slashes at its end, with which clients read it off an address. */
export function bareId(given: string): string {
  return given.replace(/\/+$/, '')
}

/**
 * The id of something: `owner/project`, of a file, a task, a user. Every field of a query or a body that names an object is
 * one of these (a test holds it); a slash at its end is as none, as it is in a path.
 */
export const id = z.preprocess(value => {
  const given = single(value)
  return typeof given === 'string' ? bareId(given) : given
}, z.string('must be a string'))

/** A list; a single value stands for a list of one. */
export function list<T extends z.ZodType>(schema: T) {
  return z.preprocess(
    value => (value === undefined || Array.isArray(value) ? value : [value]),
    z.array(schema, 'must be a list'),
  )
}

/** A list of strings; a single string stands for a list of one. */
export const texts = list(z.string('must be a string'))

/** A list of ids; a single one stands for a list of one. */
export const ids = list(z.string('must be a string').transform(bareId))

/** One of the words, in any case; gives it as written here. */
export function word<const W extends readonly [string, ...string[]]>(words: W) {
  return z.preprocess(
    value => {
      const given = single(value)
      return typeof given === 'string' ? (words.find(w => w.toLowerCase() === given.toLowerCase()) ?? given) : given
    },
    z.enum(words, `must be one of ${words.join(', ')}`),
  )
}

/** What is kept with every task or project and shown in its lists: short as JSON, all of it together. */
export function small<T extends z.ZodType>(schema: T) {
  return schema.refine(
    value => value === undefined || value === null || JSON.stringify(value).length <= MOST_SMALL,
    `must have at most ${MOST_SMALL} characters in all`,
  )
}

const MOST_SMALL = 50_000

/** An object with any keys. */
export const object = z
  .custom<{ [key: string]: unknown }>(
    value => typeof value === 'object' && value !== null && !Array.isArray(value),
    'must be an object',
  )
  .meta({ type: 'object' })

const DATE = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}:\d{2})(?:\.\d{1,9})?\s*(Z|[+ -]\d{2}:?\d{2})?)?$/

/**
 * A point of time, given as `2024-03-05`, `2024-03-05T09:41:07` (UTC), or with `Z` or an offset; a blank stands for `T`,
 * and for a `+` that was not percent-encoded. Gives milliseconds since the epoch.
 */
export const time = z
  .preprocess(value => {
    const given = single(value)
    const parts = typeof given === 'string' ? DATE.exec(given.trim()) : null
    if (!parts) return Number.NaN
    const offset = (parts[3] ?? 'Z').replace(' ', '+').replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')
    return Date.parse(`${parts[1]}T${parts[2] ?? '00:00:00'}${offset}`)
  }, z.number('must be a date such as 2024-03-05T09:41:07Z'))
  .meta({ type: 'string', examples: ['2024-03-05T09:41:07Z'] })

function single(value: unknown): unknown {
  return Array.isArray(value) && value.length > 0 ? value.at(-1) : value
}
