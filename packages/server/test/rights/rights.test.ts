/**
 * Who may call what, in one table: matrix.tsv has every call, every way in which its caller may stand to the object, and
 * what comes of it: `ok` (it is done), or the status. Where a call can't be done by anybody (an unknown action, a server that does
 * not answer) the status is that of who was let through. A bulk call is judged by its item, an operation by its result. The test
 * walks all of it; a call that changes something has objects of its own.
 */
import { readFileSync } from 'node:fs'
import { type Call, ROUTES, type Route } from '@reprise/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newUuid } from '../../src/ids.ts'
import { type Answer, type Client, type Json, send } from '../support/api.ts'
import { pathOf, REQUESTS } from './requests.ts'
import { ROLES, type Role } from './roles.ts'
import { World } from './world.ts'

const lines = readFileSync(new URL('./matrix.tsv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
const rows = lines.slice(1).map(line => line.split('\t'))
const matrix = new Map(rows.map(([call = '', ...cells]) => [call, cells]))

let world: World

beforeAll(async () => {
  world = await World.make()
})
afterAll(() => world.close())

test('the table has every call and every role, once', () => {
  expect(lines[0]).toBe(['call', ...ROLES].join('\t'))
  expect(rows.map(([call]) => call).sort()).toEqual(ROUTES.map(route => route.call).sort())
  expect(rows.every(row => row.length === ROLES.length + 1 && row.every(cell => cell !== ''))).toBe(true)
  console.log(`${rows.length} calls × ${ROLES.length} roles = ${rows.length * ROLES.length} decisions about rights`)
})

test.each(ROUTES.map(route => [route.call, route] as const))('%s', async (call, route) => {
  const found = await Promise.all(ROLES.map(async role => [role, await outcome(route, role)]))
  const wanted = ROLES.map((role, index) => [role, matrix.get(call)?.[index]])
  expect(found).toEqual(wanted)
})

async function outcome({ call, method, path }: Route, role: Role): Promise<string> {
  const objects = await (CHANGES(method, path) ? world.fresh(role) : world.shared(role))
  const request = REQUESTS[call]?.(objects) ?? {}
  await world.prepare(objects, request)
  const client = world.clients.get(role)!
  const isSigned = path.startsWith('/signed/')
  const target = pathOf(path, objects, request)
  // with a key: a rule that does not write by the database that it is given fails
  const headers: { [name: string]: string } = method === 'POST' ? { 'Idempotency-Key': newUuid() } : {}
  const sent = { method, headers, ...(request.body === undefined ? {} : { body: request.body }) }
  const answer = isSigned ? await send(world.api.base + target, sent) : await client.call(target, sent)
  if (answer.status >= 500) throw new Error(`${answer.status} is a fault`)
  return verdict(await statusOf(call, client, answer))
}

/** There are no datasets and automations that could change. */
const CHANGES = (method: string, path: string) =>
  (method !== 'GET' && !/^\/(datasets|automation)/.test(path)) || /\/(comparison|plan)\b/.test(path)

function verdict(status: number): string {
  return status < 400 ? 'ok' : String(status)
}

/** Of the whole call, or of its only item. */
async function statusOf(call: Call, client: Client, { status, body }: Answer): Promise<number> {
  if (status >= 300) return status
  if (call === 'files.getIds') return Object.values(body)[0] === null ? 404 : 200
  if (call === 'files.resolveOrigins') return body.items.length === 0 ? 404 : 200
  if (call === 'files.copyMany') {
    const [copied] = Object.values(body) as Json[]
    if (copied?.status === 'OK') return 200
    return copied?.message.includes('no right') ? 403 : 404
  }
  const item = /^(async|bulk\.drs)/.test(call) && body.state ? await resultOf(client, body.href) : body.items?.[0]
  const error = /^(bulk|async)\./.test(call) ? (item?.error as Json | undefined) : undefined
  return error ? Number(error.status) : status
}

async function resultOf(client: Client, href: string): Promise<Json | undefined> {
  for (;;) {
    const { body } = await client.get(href)
    if (body.state === 'FINISHED') return (body.result as Json[])[0]
  }
}
