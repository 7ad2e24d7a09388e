import { type Call, ROUTES, routeOf } from '@reprise/contract'
import { expect, test } from 'vitest'
import { OWNER, type Rights } from '../../src/domain/rights.ts'
import type { ApiError } from '../../src/errors.ts'
import { routes } from '../../src/http/routes/index.ts'
import { authorise } from '../../src/rights/authorise.ts'

const NEEDS = ['read', 'copy', 'write', 'execute', 'admin'] as const

test('every call of the contract has a route', () => {
  expect(routes.map(({ route }) => route.call)).toEqual(ROUTES.map(route => route.call))
})

const outcome = (call: Call, rights: Rights | undefined): number => {
  try {
    authorise(call, { rights })
    return 200
  } catch (error) {
    return (error as ApiError).status
  }
}

test.each(ROUTES.filter(route => NEEDS.some(need => need === route.need)).map(({ call }) => call))(
  '%s: 404 without read, 403 without what it needs, else allowed',
  call => {
    const { need } = routeOf(call)
    expect(outcome(call, undefined)).toBe(404)
    expect(outcome(call, { ...OWNER, read: false })).toBe(404)
    const reader = { read: true, copy: false, write: false, execute: false, admin: false }
    expect(outcome(call, reader)).toBe(need === 'read' ? 200 : 403)
    expect(outcome(call, { ...reader, [need]: true })).toBe(200)
    expect(outcome(call, { ...OWNER, [need]: false })).toBe(need === 'read' ? 404 : 403)
  },
)

test('only the directory, its explanations and signed addresses work without a token', () => {
  const open = ROUTES.filter(({ need }) => ['nobody', 'signed'].includes(need)).map(({ call }) => call)
  expect(open.sort()).toEqual([
    'docs.asset',
    'docs.get',
    'errors.get',
    'files.download',
    'openapi.get',
    'root',
    'uploads.putPart',
  ])
})
