import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenDatabase, openDatabase } from '../../src/database/open.ts'
import { createToken, createUser } from '../../src/users/accounts.ts'
import { Client, type Json } from '../support/api.ts'
import { databaseOf } from '../support/database.ts'
import { Memoizing, RANDOM } from './memoizing.ts'

/** Who may take whose result, and what of it. */
let on: Memoizing
let database: OpenDatabase
let lee: Client

beforeAll(async () => {
  on = await Memoizing.start('donors')
  database = await openDatabase(on.server.folder, { url: await databaseOf('donors') })
  await createUser(database, { username: 'lee' })
  const { token } = await createToken(database, 'lee')
  lee = new Client(on.kim.base, token)
})
afterAll(async () => {
  await database.close()
  await on.close()
})

const drawing = (more: object = {}) => ({ ...RANDOM, ...more })
let count = 0
/** A word that no other test has. */
const word = () => `word${++count}`
const app = (document: object, project = on.project, as = on.kim) => as.app(project, `app${++count}`, document)

test('labels are given anew: a name that was corrected is not handed out as it was', async () => {
  const id = await on.kim.upload({ project: on.project }, 'reads.txt', 'reads')
  const tool = drawing({
    $namespaces: { sbg: 'https://sevenbridges.com' },
    inputs: { reads: 'File' },
    outputs: { drawn: { type: 'File', outputBinding: { glob: 'drawn.txt' }, 'sbg:inheritMetadataFrom': 'reads' } },
  })
  const of = await app(tool)
  const sample = async (task: Json) => {
    const { path } = (task.outputs as unknown as { drawn: { path: string } }).drawn
    return (await on.kim.get(`/files/${path}`)).body.metadata as unknown as { sample_id?: string }
  }
  await on.kim.patch(`/files/${id}/metadata`, { sample_id: 'old' })
  const first = await on.run(of, { reads: { class: 'File', path: id } })
  await on.kim.patch(`/files/${id}/metadata`, { sample_id: 'new' })
  const second = await on.run(of, { reads: { class: 'File', path: id } })
  expect(await on.reused(second)).toBe(1)
  expect([(await sample(first)).sample_id, (await sample(second)).sample_id]).toEqual(['old', 'new'])
})

test('a folder is taken with all that is in it, and goes on through the workflow', async () => {
  const make = {
    cwlVersion: 'v1.2',
    class: 'CommandLineTool',
    baseCommand: ['sh', '-c', 'mkdir -p out/deep; head -c 9 /dev/urandom | od -An -tx1 > out/deep/a; echo b > out/b'],
    inputs: { word: 'string' },
    outputs: { made: { type: 'Directory', outputBinding: { glob: 'out' } } },
  }
  const list = {
    class: 'CommandLineTool',
    baseCommand: ['sh', '-c', 'find "$0" -type f | sort; cat "$0/deep/a"'],
    inputs: { made: { type: 'Directory', inputBinding: {} }, word: 'string' },
    outputs: { listed: 'stdout' },
    stdout: 'listed.txt',
  }
  const flow = {
    cwlVersion: 'v1.2',
    class: 'Workflow',
    inputs: { word: 'string', other: 'string' },
    outputs: {
      made: { type: 'Directory', outputSource: 'first/made' },
      listed: { type: 'File', outputSource: 'next/listed' },
    },
    steps: {
      first: { run: make, in: { word: 'word' }, out: ['made'] },
      next: { run: list, in: { made: 'first/made', word: 'other' }, out: ['listed'] },
    },
  }
  const of = await app(flow)
  const given = word()
  const first = await on.run(of, { word: given, other: '1' })
  const second = await on.run(of, { word: given, other: '2' })
  expect([first.status, second.status]).toEqual(['COMPLETED', 'COMPLETED'])
  const [taken, ran] = await on.jobs(second)
  expect([taken!.path, 'reused' in taken!, ran!.path, 'reused' in ran!]).toEqual(['first', true, 'next', false])
  const comparison = (await on.kim.get(`/tasks/${second.id}/comparison?with=${first.id}&wait=30`)).body
  expect(comparison).toMatchObject({ reproduced: true })
})

test('elements take their own results, not those of 1 for 10', async () => {
  const words = Array.from({ length: 30 }, (_, index) => `w${index}`)
  const flow = {
    cwlVersion: 'v1.2',
    class: 'Workflow',
    requirements: { ScatterFeatureRequirement: {} },
    inputs: { words: 'string[]' },
    outputs: { all: { type: 'File[]', outputSource: 'draw/drawn' } },
    steps: { draw: { run: RANDOM, in: { word: 'words' }, scatter: 'word', out: ['drawn'] } },
  }
  const first = await on.run(await app(flow), { words }, { memoize: false })
  const again = await on.rerun(first, { inputs: { words: words.toReversed() } })
  const by = async (task: Json) => new Map((await on.jobs(task)).map(job => [job.inputs_digest, job.outputs_digest]))
  expect(await on.reused(again)).toBe(30)
  expect(await by(again)).toEqual(await by(first))
})

test('a job without outputs is taken too; one that failed never is', async () => {
  const silent = { ...RANDOM, baseCommand: ['sh', '-c', 'true'], outputs: {}, stdout: undefined }
  const of = await app(silent)
  const given = { word: word() }
  await on.run(of, given)
  expect(await on.reused(await on.run(of, given))).toBe(1)
  const failing = await app({ ...silent, baseCommand: ['false'] })
  const tasks = [await on.run(failing, given), await on.run(failing, given)]
  expect(tasks.map(task => task.status)).toEqual(['FAILED', 'FAILED'])
  expect(await on.reused(tasks[1]!)).toBe(0)
})

test('a donor’s task may have failed after it', async () => {
  const flow = {
    cwlVersion: 'v1.2',
    class: 'Workflow',
    inputs: { word: 'string' },
    outputs: {},
    steps: {
      draw: { run: RANDOM, in: { word: 'word' }, out: ['drawn'] },
      fail: {
        run: { ...RANDOM, baseCommand: ['false'], inputs: { drawn: 'File' } },
        in: { drawn: 'draw/drawn' },
        out: [],
      },
    },
  }
  const given = { word: word() }
  const first = await on.run(await app(flow), given)
  expect(first.status).toBe('FAILED')
  const second = await on.run(await app(RANDOM), given)
  expect(await on.digests(second)).toEqual([(await on.jobs(first, '&path=draw'))[0]!.outputs_digest])
})

test.each([
  [{ enableReuse: false }, 0],
  [{ enableReuse: true }, 1],
  [{ enableReuse: '$(inputs.word == "reusable")' }, 0],
])('WorkReuse %j is obeyed', async (reuse, count) => {
  const requirements = { InlineJavascriptRequirement: {}, WorkReuse: reuse }
  const of = await app(drawing({ requirements, stdout: `${word()}.txt` }))
  await on.run(of, { word: 'a' })
  expect(await on.reused(await on.run(of, { word: 'a' }))).toBe(count)
})

test('what a job wrote that was never to be reused serves nobody, even where another app allows it', async () => {
  const given = { word: word() }
  await on.run(await app(drawing({ hints: { WorkReuse: { enableReuse: false } } })), given)
  expect(await on.reused(await on.run(await app(RANDOM), given))).toBe(0)
})

test('a result whose bytes were freed is run again, and that one is taken from then on', async () => {
  const of = await app(RANDOM)
  const given = { word: word() }
  const first = await on.run(of, given)
  await database.write(async tx => {
    const held = await tx.selectFrom('holders').select('content').where('holder', '=', `jobs:${first.id}`).execute()
    const ids = held.map(({ content }) => content)
    await tx.deleteFrom('holders').where('content', 'in', ids).execute()
    await tx.updateTable('contents').set({ condemned: 1, gone: 2, bytes: null }).where('id', 'in', ids).execute()
  })
  const second = await on.run(of, given)
  expect(await on.reused(second)).toBe(0)
  const third = await on.run(of, given)
  expect(await on.digests(third)).toEqual(await on.digests(second))
})

test('a donor that was deleted with its task is none', async () => {
  const of = await app(RANDOM)
  const given = { word: word() }
  const project = await on.kim.project('Gone')
  const there = await on.run(await app(RANDOM, project), given, { project })
  expect((await on.kim.delete(`/projects/${project}`)).status).toBe(204)
  const second = await on.run(of, given)
  expect([second.status, there.status]).toEqual(['COMPLETED', 'COMPLETED'])
  expect(await on.jobs(second)).not.toMatchObject([{ reused: { task: there.id } }])
})

test('results of another project are taken by those who may copy from it now, and of a controlled one by nobody', async () => {
  const theirs = await on.kim.project('Theirs')
  const own = await lee.project('Own')
  const ran: Json[] = []
  const [open, closed] = [word(), word()]
  const source = await app(RANDOM, theirs)
  ran.push(await on.run(source, { word: open }, { project: theirs }))
  const controlled = await on.kim.project('Controlled', { controlled: true })
  await on.run(await app(RANDOM, controlled), { word: closed }, { project: controlled })
  const mine = await app(RANDOM, own, lee)
  const run = (text: string) => on.run(mine, { word: text }, { project: own, as: lee })
  const add = (project: string, permissions: object) =>
    on.kim.post(`/projects/${project}/members`, { username: 'lee', permissions })
  const READ = { read: true, copy: false, write: false, execute: false, admin: false }
  expect(await on.reused(await run(open), lee)).toBe(0)
  await add(theirs, READ)
  const reading = word()
  await on.run(source, { word: reading }, { project: theirs })
  expect(await on.reused(await run(reading), lee)).toBe(0)
  await on.kim.patch(`/projects/${theirs}/members/lee/permissions`, { copy: true })
  const copying = word()
  await on.run(source, { word: copying }, { project: theirs })
  expect(await on.reused(await run(copying), lee)).toBe(1)
  await add(controlled, { ...READ, copy: true })
  expect(await on.reused(await run(closed), lee)).toBe(0)
  expect(await on.reused(await on.run(await app(RANDOM, controlled), { word: closed }, { project: controlled }))).toBe(
    1,
  )
})

test('who took a result of others and distrusts it marks nothing of theirs, and does not take it again', async () => {
  const theirs = await on.kim.project('Not mine')
  const own = await lee.project('Own three')
  await on.kim.post(`/projects/${theirs}/members`, {
    username: 'lee',
    permissions: { read: true, copy: true, write: false, execute: false, admin: false },
  })
  const given = { word: word() }
  const source = await app(RANDOM, theirs)
  const first = await on.run(source, given, { project: theirs })
  const mine = await app(RANDOM, own, lee)
  const taker = await on.run(mine, given, { project: own, as: lee })
  expect(await on.reused(taker, lee)).toBe(1)
  const path = (await on.jobs(taker, '', lee))[0]!.path
  expect((await lee.post(`${taker.href}/jobs/actions/distrust`, { path })).status).toBe(200)
  expect((await on.jobs(first))[0]).not.toHaveProperty('distrusted')
  expect(await on.reused(await on.run(mine, given, { project: own, as: lee }), lee)).toBe(0)
  expect(await on.reused(await on.run(source, given, { project: theirs }))).toBe(1)
})

test('whose result it was is hidden from who may not read that task any more', async () => {
  const theirs = await on.kim.project('Left')
  const own = await lee.project('Own two')
  await on.kim.post(`/projects/${theirs}/members`, {
    username: 'lee',
    permissions: { read: true, copy: true, write: false, execute: false, admin: false },
  })
  const given = { word: word() }
  await on.run(await app(RANDOM, theirs), given, { project: theirs })
  const task = await on.run(await app(RANDOM, own, lee), given, { project: own, as: lee })
  await on.kim.delete(`/projects/${theirs}/members/lee`)
  expect((await on.jobs(task, '', lee))[0]!.reused).toEqual({ hidden: true })
})

test('a job whose inputs were updated in place has no key, and says why', async () => {
  const flow = {
    cwlVersion: 'v1.2',
    class: 'Workflow',
    inputs: {},
    outputs: {},
    steps: {
      make: { run: { ...RANDOM, inputs: {} }, in: {}, out: ['drawn'] },
      update: {
        run: {
          class: 'CommandLineTool',
          requirements: {
            InplaceUpdateRequirement: { inplaceUpdate: true },
            InitialWorkDirRequirement: { listing: [{ entry: '$(inputs.file)', writable: true }] },
          },
          baseCommand: ['sh', '-c', 'echo more >> "$0"'],
          inputs: { file: { type: 'File', inputBinding: {} } },
          outputs: { file: { type: 'File', outputBinding: { glob: '$(inputs.file.basename)' } } },
        },
        in: { file: 'make/drawn' },
        out: ['file'],
      },
    },
  }
  const task = await on.run(await app(flow), {})
  const [, update] = await on.jobs(task)
  expect(update).toMatchObject({ path: 'update', no_key: expect.stringMatching(/in place/) })
  expect(update).not.toHaveProperty('key')
})

test('where what is waited for is aborted, one of those that wait runs, and the others take its result', async () => {
  const slow = { ...RANDOM, baseCommand: ['sh', '-c', 'sleep 2; head -c 30 /dev/urandom | od -An -tx1'] }
  const of = await app(slow)
  const body = {
    project: on.project,
    app: of,
    name: 'x',
    inputs: { word: 'a' },
    execution_settings: { use_memoization: true },
  }
  const first = (await on.kim.post('/tasks?action=run', body)).body
  for (;;) if ((await on.jobs(first))[0]?.status === 'RUNNING') break
  const others = [1, 2].map(async () => on.run(of, { word: 'a' }))
  await on.kim.post(`${first.href}/actions/abort`)
  const tasks = await Promise.all(others)
  expect(tasks.map(task => task.status)).toEqual(['COMPLETED', 'COMPLETED'])
  expect((await Promise.all(tasks.map(task => on.reused(task)))).toSorted()).toEqual([0, 1])
  expect(new Set((await Promise.all(tasks.map(task => on.digests(task)))).flat()).size).toBe(1)
})

test('keys stay, with their parts, while jobs have them', async () => {
  const task = await on.run(await app(RANDOM), { word: word() })
  await on.server.restart()
  const [job] = (await on.kim.get(`/tasks/${task.id}/jobs?fields=tree,key`)).body.items
  expect(Object.keys(job!.tree as unknown as object).length).toBeGreaterThan(8)
})
