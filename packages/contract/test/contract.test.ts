import { expect, test } from 'vitest'
import { bool, ERRORS, int, optional, ROUTES, routeOf, texts, time, word } from '../src/index.ts'

test('every code has a status of an error, a message and a cure, each a sentence', () => {
  expect(ERRORS.size).toBe(206)
  for (const [code, { status, message, cure }] of ERRORS) {
    expect([400, 401, 403, 404, 405, 409, 415, 429, 500, 503], String(code)).toContain(status)
    expect(message, String(code)).toMatch(/\.$/)
    expect(cure, String(code)).toMatch(/\.$/)
  }
})

test('codes follow the pattern of their blocks', () => {
  for (const block of [2000, 3000, 4000, 5000, 6000, 7000]) {
    expect([0, 1, 2, 3].map(n => ERRORS.get(block + n)?.status)).toEqual([503, 403, 404, 409])
  }
  expect([8003, 8004, 8005, 8006].map(code => ERRORS.get(code)?.status)).toEqual([404, 404, 409, 409])
})

test('no two calls share a method and path, and an entry has all of them', () => {
  expect(new Set(ROUTES.map(route => `${route.method} ${route.path}`)).size).toBe(ROUTES.length)
  expect(routeOf('tasks.clone')).toEqual({
    call: 'tasks.clone',
    noun: 'tasks',
    method: 'POST',
    path: '/tasks/:task/actions/clone',
    status: 201,
    need: 'execute',
    on: 'task',
    summary: 'Rerun: a new task like this one; with action=run it starts',
  })
})

test.each([
  ['True', true],
  ['TRUE', true],
  ['false', false],
  [true, true],
  [['false', 'true'], true],
])('the boolean %j is %j', (given, value) => expect(bool.parse(given)).toBe(value))

test.each(['yes', '', 7, null, {}])('%j is no boolean', given => expect(bool.safeParse(given).success).toBe(false))

test.each([
  ['8', 8],
  [' -3 ', -3],
  [0, 0],
])('the number %j is %j', (given, value) => expect(int.parse(given)).toBe(value))

test.each(['8.5', 1.5, 'x', '', null, '99999999999999999999', Number.NaN])('%j is no whole number', given =>
  expect(int.safeParse(given).success).toBe(false),
)

test('null is as good as absent, one string as good as a list of one, words are read in any case', () => {
  expect(optional(bool).parse(null)).toBeUndefined()
  expect(texts.parse('a')).toEqual(['a'])
  expect(texts.parse(['a', 'b'])).toEqual(['a', 'b'])
  expect(word(['asc', 'desc']).parse('DESC')).toBe('desc')
})

test.each([
  ['2024-03-05', '2024-03-05T00:00:00Z'],
  ['2024-03-05T09:41:07', '2024-03-05T09:41:07Z'],
  ['2024-03-05 09:41:07', '2024-03-05T09:41:07Z'],
  ['2024-03-05T09:41:07Z', '2024-03-05T09:41:07Z'],
  ['2024-03-05T09:41:07+01:00', '2024-03-05T08:41:07Z'],
  ['2024-03-05T09:41:07 01:00', '2024-03-05T08:41:07Z'],
  ['2024-03-05T09:41:07-0130', '2024-03-05T11:11:07Z'],
  ['2024-03-05T09:41:07.250Z', '2024-03-05T09:41:07Z'],
])('the time %s is %s', (given, instant) => expect(time.parse(given)).toBe(Date.parse(instant)))

test.each(['soon', '2024-13-05', '2024-03-05T25:00:00', '', '05.03.2024'])('%j is no time', given =>
  expect(time.safeParse(given).success).toBe(false),
)
