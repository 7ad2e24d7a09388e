import * as fs from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { mark } from '@reprise/runner'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { moveTask } from '../../src/database/task-states.ts'
import { checkOwner, claimTask, insertWorker, listWorkers } from '../../src/database/workers.ts'
import { appeared } from '../support/appeared.ts'
import { databaseOf } from '../support/database.ts'
import { Harness } from '../support/harness.ts'
import { taskRow } from '../support/rows.ts'
import { WorkerProcess } from '../support/worker-process.ts'

/** Milliseconds. */
const SHORT = 1_800
const LONG = 600_000

let harness: Harness
let url: string
let marker: string
let workers: WorkerProcess[]

beforeEach(async () => {
  harness = await Harness.make()
  url = (await databaseOf(harness.folder))!
  marker = join(harness.folder, 'marker')
  workers = []
})

afterEach(async () => {
  for (const worker of workers) await worker.end()
  await harness.close()
})

async function start(lease = SHORT, failpoint = ''): Promise<WorkerProcess> {
  const worker = await WorkerProcess.start(harness.folder, url, lease, { failpoint })
  workers.push(worker)
  return worker
}

const STEPS = 5

/** Each step adds a line to the marker; the second one waits until `go` is removed. */
const chain = () => `
cwlVersion: v1.2
class: Workflow
inputs: {}
outputs: { out: { type: File, outputSource: s${STEPS}/out } }
steps:
${Array.from(
  { length: STEPS },
  (_, index) => `
  s${index + 1}:
    in: ${index === 0 ? '{}' : `{ before: s${index}/out }`}
    out: [out]
    run:
      class: CommandLineTool
      inputs: { before: { type: "File?", inputBinding: {} } }
      outputs: { out: { type: File, outputBinding: { glob: out.txt } } }
      baseCommand: [sh, -c]
      arguments:
        - ${JSON.stringify(`echo s${index + 1} >> ${marker}; ${index === 1 ? `echo > ${marker}.waits; while [ -e ${marker}.waits ]; do sleep 0.05; done;` : ''} cat /dev/null "$@" > out.txt; echo ${index + 1} >> out.txt`)}
        - sh`,
).join('')}`

const go = () => fs.rm(`${marker}.waits`)
const isDone = (id: string) => async () => (await harness.task(id)).status === 'COMPLETED'
const ownerOf = async (id: string) => {
  const { claim } = await harness.task(id)
  const worker = (await listWorkers(harness.database.read)).find(row => row.claim === claim)
  return worker && Number(worker.process.split(' ')[1])
}

/** Every step ran once, and its outputs are there once. */
async function expectWhole(id: string): Promise<void> {
  const task = await harness.task(id)
  expect(task).toMatchObject({ status: 'COMPLETED', message: '', steps_completed: STEPS })
  const { out } = (await harness.outputs(task)) as { out: { path: string } }
  expect(await harness.text(out.path)).toBe('1\n2\n3\n4\n5\n')
  const files = await harness.database.read
    .selectFrom('files')
    .select('name')
    .where('parent', '=', harness.root)
    .execute()
  expect(files).toEqual([{ name: 'out.txt' }])
  expect((await fs.readFile(marker, 'utf8')).split('\n').filter(line => line)).toEqual(['s1', 's2', 's3', 's4', 's5'])
  expect((await harness.jobs(id)).map(({ attempt, retried }) => [attempt, retried])).toEqual(Array(STEPS).fill([1, 0]))
  expect(await fs.readdir(harness.workFolder)).toEqual([])
}

test('kill -9: the other worker adopts what runs and goes on; nothing runs or is published twice', async () => {
  const first = await start()
  const id = await harness.submit(chain())
  await appeared(`${marker}.waits`)
  expect(await ownerOf(id)).toBe(first.pid)
  const second = await start()
  await first.end()
  await go()
  await second.until(isDone(id))
  expect(await ownerOf(id)).toBe(second.pid)
  await expectWhole(id)
})

test('one that was stopped and wakes up after its lease publishes nothing, and begins anew', async () => {
  const first = await start()
  const id = await harness.submit(chain())
  await appeared(`${marker}.waits`)
  const second = await start()
  first.signal('SIGSTOP')
  await go()
  await second.until(isDone(id))
  await expectWhole(id)
  first.signal('SIGCONT')
  await first.said('the worker has died and is started again')
  const next = await harness.submit(chain())
  await appeared(`${marker}.waits`)
  await second.end()
  await go()
  await first.until(isDone(next))
  expect((await harness.jobs(id)).map(job => job.attempt)).toEqual(Array(STEPS).fill(1))
})

test('one that is told to stop leaves its tasks to the other at once', async () => {
  const first = await start(LONG)
  const id = await harness.submit(chain())
  await announce()
  await appeared(`${marker}.waits`)
  const second = await start(LONG)
  await first.end('stop')
  await go()
  await second.until(isDone(id))
  await expectWhole(id)
})

test('workers share what waits, and one takes no more than it is free for', async () => {
  const tool = (name: string) => `
cwlVersion: v1.2
class: CommandLineTool
inputs: {}
outputs: {}
baseCommand: [sh, -c]
arguments: ["echo ${name} >> ${marker}; sleep 0.2"]`
  const ids: string[] = []
  for (let number = 0; number < 6 * availableParallelism(); number++) ids.push(await harness.submit(tool(`t${number}`)))
  const [first] = await Promise.all([start(), start()])
  const left = async () => {
    const tasks = await Promise.all(ids.map(id => harness.task(id)))
    return tasks.filter(task => task.status !== 'COMPLETED').length
  }
  await Promise.race(workers.map(worker => worker.until(async () => (await left()) === 0)))
  const claims = new Set((await Promise.all(ids.map(id => harness.task(id)))).map(task => task.claim))
  expect(claims.size).toBe(2)
  const ran = (await fs.readFile(marker, 'utf8')).split('\n').filter(line => line)
  expect(ran.length).toBe(ids.length)
  expect(new Set(ran).size).toBe(ids.length)
  expect(first.errors).toBe('')
})

test("where one user's batch keeps all workers busy, another user's task is taken at once", async () => {
  const tool = (text: string) => `
cwlVersion: v1.2
class: CommandLineTool
requirements: { ResourceRequirement: { coresMin: 0, ramMin: 0 } }
inputs: {}
outputs: {}
baseCommand: [sh, -c]
arguments: [${JSON.stringify(text)}]`
  await fs.writeFile(`${marker}.waits`, '')
  const first = await harness.submit(tool(`while [ -e ${marker}.waits ]; do sleep 0.05; done`), {}, {}, 'QUEUED', {
    parent: 'batch',
  })
  const { record } = await harness.task(first)
  const children = Array.from({ length: 30 * availableParallelism() }, () =>
    taskRow({ status: 'QUEUED', record, parent: 'batch' }),
  )
  await harness.database.write(tx => tx.insertInto('tasks').values(children).execute())
  await Promise.all([start(), start()])
  const other = await harness.submit(tool('true'), {}, {}, 'QUEUED', { executed_by: 'ada' })
  await announce()
  await Promise.race(workers.map(each => each.until(isDone(other))))
  expect((await harness.task(first)).status).not.toBe('COMPLETED')
  await go()
  await harness.database.write(tx =>
    tx.updateTable('tasks').set({ status: 'ABORTING' }).where('status', 'in', ['QUEUED', 'RUNNING']).execute(),
  )
  await announce()
  const isOver = async () => {
    const { read } = harness.database
    return (await read.selectFrom('tasks').select('id').where('ended', 'is', null).execute()).length === 0
  }
  await Promise.race(workers.map(each => each.until(isOver)))
})

const tool = (line: string) => `
cwlVersion: v1.2
class: CommandLineTool
inputs: {}
outputs: {}
baseCommand: [sh, -c]
arguments: [${JSON.stringify(line)}]`

/** A job that says its process, in a file, and sleeps. */
const sleeper = () => tool(`echo $$ > ${marker}.part; mv ${marker}.part ${marker}; sleep 600 & wait`)

/** Resolves when the job's process is not there any more. */
async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise(resolve => setTimeout(resolve, 20))
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** The task is a worker's of another machine from now on, in place of this one's. */
async function goesElsewhere(id: string): Promise<void> {
  await harness.database.write(async tx => {
    await tx.deleteFrom('workers').execute()
    const claim = await insertWorker(tx, { place: 'elsewhere', process: 'x', lease: LONG })
    await tx.updateTable('tasks').set({ claim }).where('id', '=', id).execute()
  })
}

async function emptied(folder: string): Promise<void> {
  while ((await fs.readdir(folder)).length > 0) await new Promise(resolve => setTimeout(resolve, 20))
}

test('one that was fenced ends the processes of a task that went to another machine', async () => {
  const worker = await start()
  const id = await harness.submit(sleeper())
  await announce()
  await appeared(marker)
  const job = Number(await fs.readFile(marker, 'utf8'))
  await goesElsewhere(id)
  await worker.said('the worker has died and is started again')
  await gone(job)
  await emptied(harness.workFolder)
  expect((await harness.task(id)).status).toBe('RUNNING')
})

test.each(['runs elsewhere', 'has ended'])('one that starts ends the processes of a task that %s', async how => {
  const first = await start(LONG)
  const id = await harness.submit(sleeper())
  await announce()
  await appeared(marker)
  const job = Number(await fs.readFile(marker, 'utf8'))
  await first.end()
  expect(isAlive(job)).toBe(true)
  if (how === 'runs elsewhere') await goesElsewhere(id)
  else await harness.database.write(tx => tx.updateTable('tasks').set({ status: 'ABORTED' }).execute())
  await start(LONG)
  await gone(job)
  expect(await fs.readdir(harness.workFolder)).toEqual([])
})

test('a job that another machine has given up is ended, also where there is no way to the database', async () => {
  const worker = await start(LONG / 100)
  const id = await harness.submit(sleeper())
  await announce()
  await appeared(marker)
  const job = Number(await fs.readFile(marker, 'utf8'))
  const held = await lockWorkers()
  const [name] = await fs.readdir(join(harness.workFolder, id))
  await mark(join(harness.workFolder, id, name!, '1'))
  await gone(job)
  await held()
  await worker.end()
})

test('an aborted task gives up what runs for it on another machine, and leaves the folder to that', async () => {
  await start()
  const id = await harness.submit(sleeper())
  const attempt = join(harness.folder, 'work', 'elsewhere', id, 'job', '1')
  await fs.mkdir(attempt, { recursive: true })
  await announce()
  await appeared(marker)
  const worker = workers[0]!
  await harness.database.write(tx => moveTask(tx, id, ['RUNNING', 'QUEUED'], 'ABORTING'))
  await announce({ type: 'abort', task: id })
  await worker.until(async () => (await harness.task(id)).status === 'ABORTED')
  await expect.poll(async () => (await fs.readdir(attempt)).sort()).toEqual(['abandoned', 'elsewhere'])
  await fs.utimes(join(attempt, 'elsewhere'), 0, 0)
  await worker.end()
  await start()
  await emptied(join(harness.folder, 'work', 'elsewhere'))
})

/** Keeps every beat waiting; gives what lets them go on. */
async function lockWorkers(): Promise<() => Promise<void>> {
  const locked = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  const held = harness.database.write(async tx => {
    await sql`lock table workers in access exclusive mode`.execute(tx)
    locked.resolve()
    await release.promise
  })
  await locked.promise
  return async () => {
    release.resolve()
    await held
  }
}

test('messages are heard through the database; where the connection is lost all rows are looked at again', async () => {
  const worker = await start(LONG)
  const heard = await harness.submit(chain())
  await announce({ type: 'queued', task: heard })
  await appeared(`${marker}.waits`)
  await harness.database.write(tx => moveTask(tx, heard, ['RUNNING', 'QUEUED'], 'ABORTING'))
  await announce({ type: 'abort', task: heard })
  await worker.until(async () => (await harness.task(heard)).status === 'ABORTED')
  await go()

  const unheard = await harness.submit(chain())
  const { rows } = await sql<{ cut: number }>`select pg_terminate_backend(pid) as cut from pg_stat_activity
    where datname = current_database() and application_name = 'reprise worker'`.execute(harness.database.read)
  expect(rows).toEqual([{ cut: 1 }])
  await appeared(`${marker}.waits`)
  await go()
  await worker.until(isDone(unheard))
})

// its first transaction makes it a worker
test.each([2, 3])('a task is driven of which the answer is lost whether it was taken: transaction %i', async lost => {
  const worker = await start(SHORT, `worker/after-commit:${lost}=throw`)
  const ids = [await harness.submit(tool('true')), await harness.submit(tool('true'))]
  await announce()
  await worker.said('the failpoint after-commit was hit')
  for (const id of ids) await worker.until(isDone(id))
})

test('of two that take the same task one gets it, and writes of the other are refused', async () => {
  const { database } = harness
  const lease = LONG
  const [one, two] = await Promise.all(
    ['a', 'b'].map(process => database.write(tx => insertWorker(tx, { place: 'x', process, lease }))),
  )
  expect(one).not.toBe(two)
  const row = taskRow({ status: 'QUEUED' })
  await database.write(tx => tx.insertInto('tasks').values(row).execute())
  const taken = await Promise.all([one!, two!].map(claim => database.write(tx => claimTask(tx, row.id, claim))))
  expect(taken.filter(task => task !== undefined)).toHaveLength(1)
  const [winner, loser] = taken[0] ? [one!, two!] : [two!, one!]
  await database.write(tx => checkOwner(tx, row.id, winner))
  await expect(database.write(tx => checkOwner(tx, row.id, loser))).rejects.toThrow('taken over')
  expect(await database.write(tx => claimTask(tx, row.id, loser))).toBeUndefined()
})

async function announce(message: object = { type: 'look' }): Promise<void> {
  await sql`select pg_notify('reprise', ${JSON.stringify(message)})`.execute(harness.database.read)
}
