import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ApiError } from '../../src/errors.ts'
import { parseSearch } from '../../src/files/search/parse.ts'

const piece = fc.constantFrom(
  ...['IN', 'in', '"a/b"', ',', 'WHERE', 'name', 'size', 'metadata.x', 'metadata."x y"', '=', '!=', '<', 'AND', 'OR'],
  ...['(', ')', '"text"', '"q\\"q"', '7', '-1', 'LIMIT', 'TOKEN', 'RECURSIVE', '"', '\\', '\u0000', '💥', ' '],
)
const query = fc.oneof(
  fc.string(),
  fc.array(piece, { maxLength: 30 }).map(pieces => pieces.join(' ')),
  fc.array(piece, { maxLength: 30 }).map(pieces => `IN "a/b" WHERE ${pieces.join('')}`),
)

test('any text is a query, or refused with the position of a mistake in it', () => {
  fc.assert(
    fc.property(query, text => {
      try {
        expect(parseSearch(text).locations.length).toBeGreaterThan(0)
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        const position = Number(/^query: at position (\d+): /.exec(error.message)?.[1])
        expect(error.code).toBe(90000)
        expect(position).toBeGreaterThanOrEqual(1)
        expect(position).toBeLessThanOrEqual(text.length + 1)
      }
    }),
    { numRuns: 2000 },
  )
})

test('AND binds closer than OR, parentheses closer than both', () => {
  const is = (name: string) => ({ field: 'name', key: undefined, operator: '=', values: [name] })
  const condition = (text: string) => parseSearch(`IN "a/b" WHERE ${text}`).condition
  expect(condition('name = "a" OR name = "b" AND name = "c"')).toEqual({ any: [is('a'), { all: [is('b'), is('c')] }] })
  expect(condition('(name = "a" OR name = "b") AND name = "c"')).toEqual({
    all: [{ any: [is('a'), is('b')] }, is('c')],
  })
})
