import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { faultsOf } from '../../../scripts/lint/house.ts'

/** How the sources are laid out and named is held by `make lint`: each kind of fault is planted in a copy, and named. */

const root = fileURLToPath(new URL('../../../', import.meta.url))
const SERVER = 'packages/server/src'
const OTHERS = ['packages/contract/src', 'packages/cwl/src', 'packages/runner/src', 'packages/cli/src']

let checkout: string

beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'reprise-house-'))
  for (const path of [SERVER, ...OTHERS, 'docs/glossary.md']) {
    await mkdir(dirname(join(checkout, path)), { recursive: true })
    await cp(join(root, path), join(checkout, path), { recursive: true })
  }
})
afterAll(() => rm(checkout, { recursive: true }))

/** Puts a line at the beginning of a file, as long as the test runs. */
const plant = async (path: string, line: string) => {
  const file = join(checkout, path)
  const before = await readFile(file, 'utf8').catch(() => undefined)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `${line}\n${before ?? ''}`)
  onTestFinished(() => (before === undefined ? rm(file) : writeFile(file, before)))
}

const check = () => faultsOf(checkout)

test('the house as it is', () => {
  expect(check()).toEqual([])
})

test('an arrow that is in no list', async () => {
  await plant(`${SERVER}/database/apps.ts`, "import { runTask } from '../tasks/run.ts'")
  expect(check()).toContain(
    `${SERVER}/database/apps.ts imports ${SERVER}/tasks/run.ts: database → tasks is not in scripts/lint/rooms.ts.`,
  )
})

test('an arrow of types alone', async () => {
  await plant(`${SERVER}/storage/write.ts`, "import type { Caller } from '../context.ts'")
  expect(check()).toContain(
    `${SERVER}/storage/write.ts imports ${SERVER}/context.ts: storage → context.ts is not in scripts/lint/rooms.ts.`,
  )
})

test('an import of a type within a type', async () => {
  await plant(`${SERVER}/domain/rights.ts`, "export type X = import('../errors.ts').ApiError")
  expect(check()).toContain(
    `${SERVER}/domain/rights.ts imports ${SERVER}/errors.ts: domain → errors.ts is not in scripts/lint/rooms.ts.`,
  )
})

test('a thread that a room starts is an arrow', async () => {
  await plant(`${SERVER}/limits/table.ts`, "export const MAIN = new URL('../execution/worker.ts', import.meta.url)")
  expect(check()).toContain(
    `${SERVER}/limits/table.ts imports ${SERVER}/execution/worker.ts: limits → execution is not in scripts/lint/rooms.ts.`,
  )
})

test('a room that is in no list', async () => {
  await plant(`${SERVER}/cellar/wine.ts`, 'export const wine = 1')
  expect(check()).toEqual([`${SERVER}/cellar/wine.ts: the room cellar is not in scripts/lint/rooms.ts.`])
})

test('an arrow of the list that nothing needs, and a room that is gone', async () => {
  const away = join(checkout, 'notifications')
  await rename(join(checkout, SERVER, 'notifications'), away)
  onTestFinished(() => rename(away, join(checkout, SERVER, 'notifications')))
  const said = check()
  expect(said).toContain('scripts/lint/rooms.ts: there is no room notifications.')
  expect(said).toContain('scripts/lint/rooms.ts: nothing needs notifications → context.ts any more.')
})

test('another package by its path', async () => {
  await plant(`${SERVER}/time.ts`, "import type { File } from '../../cwl/src/values.ts'")
  expect(check()).toEqual([
    `${SERVER}/time.ts imports packages/cwl/src/values.ts: another package is imported by its name.`,
  ])
})

test('a circle of two files, by a type', async () => {
  await plant('packages/runner/src/one.ts', "import type { Two } from './two.ts'")
  await plant('packages/runner/src/two.ts', "export * from './one.ts'")
  expect(check()).toEqual([
    'These files import each other in a circle: packages/runner/src/one.ts, packages/runner/src/two.ts.',
  ])
})

test('a file over 400 lines, unless its head says why', async () => {
  const long = 'export const one = 1\n'.repeat(401).trimEnd()
  await plant('packages/cwl/src/one.ts', long)
  await plant('packages/cwl/src/two.ts', `/** Longer than 400 lines: it is one table. */\n${long}`)
  expect(check()).toEqual([
    'packages/cwl/src/one.ts has 401 lines: more than 400 need "Longer than 400 lines:" and why, at its head.',
  ])
})

test.each([
  [`${SERVER}/files/file-job.ts`, 'export const some = 1', 'file-job', 'job'],
  [`${SERVER}/files/some.ts`, 'export class JobTable {}', 'JobTable', 'job'],
  [`${SERVER}/http/monitoring/some.ts`, 'export function addOperations() {}', 'addOperations', 'operation'],
  ['packages/cwl/src/some.ts', 'export interface FilePlace {}', 'FilePlace', 'place'],
  ['packages/runner/src/some.ts', 'export async function look() {}', 'look', '`look`'],
  ['packages/cli/src/some.ts', 'export class Queue {\n  async rest() {\n  }\n}', 'rest', '`rest`'],
])('a word that no name has: %s', async (path, text, name, word) => {
  await plant(path, text)
  const said = check()
  expect(said).toHaveLength(1)
  expect(said[0]).toContain(`${path}: the name ${name} has the word "${word}" (docs/glossary.md): `)
})

test('a job of a workflow keeps its word', async () => {
  await plant(`${SERVER}/execution/some-job.ts`, 'export class NextJob {}')
  expect(check()).toEqual([])
})
