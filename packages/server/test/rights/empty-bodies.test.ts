/**
 * An empty body, however a client writes it: nothing, `null`, `{}`, and `[]`, which is how R writes an empty list of names. All are
 * the same to every call. A call that needs none is carried out; one that needs a body says what of it is missing.
 */
import { ROUTES } from '@reprise/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { routes } from '../../src/http/routes/index.ts'
import { pathOf, REQUESTS } from './requests.ts'
import { World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await World.make()
})
afterAll(() => world.close())

const EMPTY = ['', 'null', '{}', '[]']

/** Calls that take a list, in which nothing is something, or names of the caller's own choice. */
const OTHERS = ['files.replaceTags', 'files.getIds', 'files.editMetadata', 'files.replaceMetadata', 'tasks.editInputs']
/** Calls that are refused here for something else than their body. */
const ABOUT_OTHERS = [
  ...['apps.sync', 'async.files.unknown', 'tasks.abort', 'tasks.unknownAction', 'uploads.complete'],
  ...['tasks.comparison', 'tasks.comparedOutputs', 'tasks.comparedPairs', 'tasks.verify'],
]

const calls = ROUTES.filter(({ call, path }) => !OTHERS.includes(call) && !path.startsWith('/signed/')).filter(
  ({ call }) => routes.some(({ route, reads }) => route.call === call && reads === 'json'),
)

test.each(calls.map(route => [route.call, route] as const))('%s', async (call, { method, path }) => {
  const answers: { status: number; code: unknown; message: string }[] = []
  for (const raw of EMPTY) {
    const objects = await (method === 'GET' ? world.shared('owner') : world.fresh('owner'))
    const target = pathOf(path, objects, REQUESTS[call]?.(objects) ?? {})
    const headers = { 'Content-Type': 'application/json' }
    const { status, body } = await world.clients.get('owner')!.call(target, { method, raw, headers })
    answers.push({ status, code: body.code, message: status < 400 ? '' : body.message })
  }
  const [first, ...others] = answers
  for (const other of others) expect(other).toEqual(first)
  if (first!.status === 400 && !ABOUT_OTHERS.includes(call)) {
    expect(first!.message).toMatch(/missing|empty|[Gg]ive|at least one|must be|none/)
  }
})
