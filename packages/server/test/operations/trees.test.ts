import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { insertContent } from '../../src/database/contents.ts'
import { putGrant } from '../../src/database/members.ts'
import type { OpenDatabase } from '../../src/database/open.ts'
import type { FileRow } from '../../src/database/schema.ts'
import { OWNER } from '../../src/domain/rights.ts'
import { newFileId } from '../../src/ids.ts'
import { kinds } from '../../src/operation-kinds.ts'
import { Operations } from '../../src/operations/operations.ts'
import { databaseOf, openTestDatabase } from '../support/database.ts'
import { plantFiles } from '../support/plant.ts'
import { makeProject } from '../support/project.ts'
import { expectWholeTrees } from '../support/trees.ts'

const PROGRAM = fileURLToPath(new URL('./tree-program.ts', import.meta.url))
const FILES = 1500

let folder: string
let database: OpenDatabase
let source: string
let target: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-trees-'))
  database = await openTestDatabase(folder)
  const root = await makeProject(database, 'kim/from')
  target = await makeProject(database, 'kim/to')
  await database.write(async tx => {
    for (const project of ['kim/from', 'kim/to']) {
      await putGrant(tx, { project, type: 'USER', member: 'kim' }, OWNER)
    }
  })
  source = await plant(root)
})
afterEach(async () => {
  await database.close()
  await rm(folder, { recursive: true })
})

/** A folder of many files with metadata, half of them in a folder inside. */
async function plant(root: string): Promise<string> {
  const times = { created: 1, modified: 1 }
  const row = (fields: Partial<FileRow>): FileRow => ({
    id: newFileId(),
    project: 'kim/from',
    parent: root,
    type: 'folder',
    name: 'tree',
    content: null,
    size: null,
    origin_task: null,
    tags: '[]',
    metadata: '{}',
    ...times,
    ...fields,
  })
  const outer = row({})
  const inner = row({ parent: outer.id, name: 'inner' })
  const files = Array.from({ length: FILES }, (_, n) =>
    row({
      type: 'file',
      parent: n % 2 ? outer.id : inner.id,
      name: `f${n}`,
      content: 'c',
      size: 0,
      metadata: '{"sample":"S"}',
    }),
  )
  await database.write(async tx => {
    await insertContent(tx, {
      id: 'c',
      size: 0,
      sha256: null,
      bytes: new Uint8Array(),
      volume: null,
      location: null,
      etag: null,
    })
  })
  await plantFiles(database, [outer, inner, ...files])
  return outer.id
}

/** Names of all files below the folder, sorted. */
async function namesBelow(parent: string): Promise<string[]> {
  const rows = await database.read.selectFrom('files').selectAll().where('parent', '=', parent).execute()
  const inner = await Promise.all(rows.filter(row => row.type === 'folder').map(row => namesBelow(row.id)))
  return [...rows.filter(row => row.type === 'file').map(row => row.name), ...inner.flat()].sort()
}

async function run(failpoint: string): Promise<string | null> {
  const child = spawn(process.execPath, [...process.execArgv, PROGRAM, folder, (await databaseOf(folder)) ?? ''], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, REPRISE_FAILPOINT: failpoint },
  })
  const [, signal] = await once(child, 'exit')
  return signal
}

test.each([
  ['files.copy', FILES, FILES],
  ['files.move', 0, FILES],
  ['files.delete', 0, 0],
])(
  '%s of a big folder, killed twice in the middle: every file ends where it belongs, once',
  async (kind, left, put) => {
    const names = await namesBelow(source)
    const request = { items: [{ file: source, project: 'kim/to' }] }
    const { id } = await database.write(tx =>
      new Operations(database, kinds, { alone: true }).accept(tx, kind, 'kim', request),
    )
    expect(await run('before-progress:3')).toBe('SIGKILL')
    await expectWholeTrees(database)
    expect(await run('after-progress:2')).toBe('SIGKILL')
    await expectWholeTrees(database)
    expect(await run('')).toBe(null)
    await expectWholeTrees(database)
    const operation = await database.read.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst()
    expect(operation).toMatchObject({ state: 'FINISHED', total: FILES, completed: FILES, failed: 0 })
    expect(await namesBelow(target)).toEqual(put ? names : [])
    expect(await namesBelow(source)).toEqual(left ? names : [])
  },
)
