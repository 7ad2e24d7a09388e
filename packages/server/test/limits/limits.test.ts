import { describe, expect, test } from 'vitest'
import { amount, LIMITS, moreThan, parseLimit, withLimits } from '../../src/limits/limits.ts'

describe('what an operator says of limits', () => {
  test('numbers and, of bytes, sizes', () => {
    expect(parseLimit('expression-bytes=5')).toEqual({ 'expression-bytes': 5 })
    expect(parseLimit('expression-bytes=2MiB')).toEqual({ 'expression-bytes': 2 * 2 ** 20 })
  })

  test.each([
    'expression-bytes',
    'expression-bytes=',
    'expression-bytes=-1',
    'expression-bytes=0',
    'nothing=1',
    'toString=1',
  ])('%s is refused', words => expect(() => parseLimit(words)).toThrow(/must be/))

  test('what is not said is as in the table', () => {
    expect(withLimits({})['expression-bytes']).toBe(LIMITS['expression-bytes'].standard)
    expect(withLimits({ 'expression-bytes': 7 })['expression-bytes']).toBe(7)
  })
})

test('a message names the limit and its value', () => {
  expect(moreThan('expression-bytes', 16 * 2 ** 20)).toBe('more than 16 MiB (limit expression-bytes)')
  expect([amount(1536, 'bytes'), amount(5000, 'bytes'), amount(10, 'files')]).toEqual([
    '1536 bytes',
    '5000 bytes',
    '10 files',
  ])
})
