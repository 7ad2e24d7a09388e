import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, onTestFinished, test } from 'vitest'

/** A call is an entry of the registry, a route, and a row in the matrix of rights: whichever is missing is named. */

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const CALLS = 'packages/contract/src/calls'
const ROUTES = 'packages/server/src/http/routes'
const MATRIX = 'packages/server/test/rights/matrix.tsv'

let checkout: string

beforeEach(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'reprise-registry-'))
  for (const path of [CALLS, ROUTES, MATRIX]) {
    await mkdir(dirname(join(checkout, path)), { recursive: true })
    await cp(join(root, path), join(checkout, path), { recursive: true })
  }
  await writeFile(join(checkout, 'package.json'), '{"type": "module"}')
  onTestFinished(() => rm(checkout, { recursive: true }))
})

const without = async (path: string, pattern: RegExp) => {
  const text = await readFile(join(checkout, path), 'utf8')
  expect(text).toMatch(pattern)
  await writeFile(join(checkout, path), text.replace(pattern, ''))
}

const check = () =>
  new Promise<{ code: unknown; said: string }>(resolve =>
    execFile(join(root, 'bin/node'), [join(root, 'scripts/check-calls.ts'), checkout], (error, _, said) =>
      resolve({ code: error?.code ?? 0, said }),
    ),
  )

test('where nothing is missing nothing is said', async () => {
  expect(await check()).toEqual({ code: 0, said: '' })
})

test('a call without a route', async () => {
  await rm(join(checkout, ROUTES, 'tasks/clone.ts'))
  expect(await check()).toEqual({ code: 1, said: `The call tasks.clone has no file in ${ROUTES}.\n` })
})

test('a call without a row in the matrix', async () => {
  await without(MATRIX, /^files\.scroll\t.*\n/m)
  expect(await check()).toEqual({ code: 1, said: `The call files.scroll has no row in ${MATRIX}.\n` })
})

test('a call without an entry', async () => {
  await without(`${CALLS}/volumes.ts`, /^ {2}'volumes\.browse': call\([^)]*\),\n/m)
  expect(await check()).toEqual({ code: 1, said: `The call volumes.browse has no entry in ${CALLS}.\n` })
})

test('a call with two routes', async () => {
  await cp(join(checkout, ROUTES, 'tasks/get.ts'), join(checkout, ROUTES, 'tasks/get-again.ts'))
  expect(await check()).toEqual({ code: 1, said: `The call tasks.get has two routes in ${ROUTES}.\n` })
})
