/** Workers that come and go on an executor that lies, without processes: what is promised of jobs and tasks holds all the same. */
import { mkdir, readdir } from 'node:fs/promises'
import { createEvaluator } from '@reprise/cwl'
import { checkIsolation, MachinePrograms } from '@reprise/runner'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { nextClaim } from '../../src/database/task-states.ts'
import { DigestFiller } from '../../src/digests/filler.ts'
import { FREE } from '../../src/domain/prices.ts'
import { DiskWatch } from '../../src/execution/disk-watch.ts'
import { Dispatch } from '../../src/execution/dispatch.ts'
import { SingleOwner } from '../../src/execution/owner.ts'
import { Tasks } from '../../src/execution/tasks.ts'
import { STANDARD } from '../../src/limits/limits.ts'
import { modelCache } from '../../src/records/models.ts'
import { LateKeys } from '../../src/reuse/late-keys.ts'
import { RunningJobs } from '../../src/reuse/running.ts'
import { StoredParts } from '../../src/reuse/stored-parts.ts'
import { Scheduler } from '../../src/scheduling/scheduler.ts'
import { Random } from '../storm/random.ts'
import { Harness } from '../support/harness.ts'
import { StubExecutor } from '../support/stub-executor.ts'

const FAULTS = { refused: 0.02, silent: 0.1, twice: 0.1, hangs: 0.03, late: 0.5 }
const TASKS = 12
/** Workers, one after the other, before what hangs is aborted. */
const WORKERS = 2

let harness: Harness

beforeEach(async () => {
  harness = await Harness.make()
})
afterEach(() => harness.close())

const flow = () => `
cwlVersion: v1.2
class: Workflow
requirements: { ScatterFeatureRequirement: {} }
inputs: {}
outputs: { out: { type: File, outputSource: last/out } }
steps:
  wide:
    scatter: number
    in: { number: { default: [1, 2, 3] } }
    out: [out]
    run: { class: CommandLineTool, baseCommand: x, inputs: { number: int }, outputs: &out { out: { type: File, outputBinding: { glob: out.txt } } } }
  last:
    in: { files: wide/out }
    out: [out]
    run: { class: CommandLineTool, baseCommand: x, inputs: { files: "File[]" }, outputs: *out }
`

/** A worker on the stub; the one before it is fenced from now on. */
async function work(executor: StubExecutor, changed: () => void): Promise<Tasks> {
  const { database, contents, folder, workFolder } = harness
  await mkdir(workFolder, { recursive: true })
  const owner = new SingleOwner(database, await database.write(nextClaim))
  const tasks: Tasks = new Tasks(
    {
      database,
      contents,
      owner,
      scheduler: new Scheduler({ cores: 4, ram: 8192 }, { minimum: { cores: 0.1, ram: 16 } }),
      dispatch: new Dispatch(executor.forWorker()),
      evaluator: createEvaluator({}),
      models: modelCache(),
      means: await checkIsolation('none'),
      reader: undefined,
      images: undefined,
      allowNetwork: false,
      prices: FREE,
      limits: STANDARD,
      digests: new DigestFiller(database, contents),
      programs: new MachinePrograms(),
      running: new RunningJobs(),
      storedParts: new StoredParts(),
      lateKeys: new LateKeys(database, contents),
      disk: new DiskWatch(folder),
      submitted: made => tasks.childrenMade(made),
      workFolder,
      otherFolders: async () => [],
    },
    { changed, trouble: () => undefined, fenced: () => undefined },
  )
  await tasks.recover()
  return tasks
}

test.each([1, 2, 3])('by the chances of seed %i', async seed => {
  const executor = new StubExecutor(new Random(seed), FAULTS)
  const ids: string[] = []
  for (let task = 0; task < TASKS; task++) ids.push(await harness.submit(flow()))
  const unended = async () => {
    const tasks = await Promise.all(ids.map(id => harness.task(id)))
    return tasks.filter(({ ended }) => ended === null).map(({ id }) => id)
  }

  let changes = Promise.withResolvers<void>()
  const changed = () => changes.resolve()
  /** Until all have ended, or nothing is heard any more for a while. */
  const settled = async () => {
    while ((await unended()).length > 0) {
      changes = Promise.withResolvers<void>()
      const isQuiet = await Promise.race([
        changes.promise.then(() => false),
        new Promise<boolean>(resolve => setTimeout(() => resolve(true), 1000)),
      ])
      if (isQuiet) return
    }
  }
  let tasks: Tasks
  for (let worker = 0; worker < WORKERS; worker++) {
    tasks = await work(executor, changed)
    await settled()
  }
  for (const id of await unended()) {
    await harness.abort(id)
    await tasks!.abort(id)
  }
  while ((await unended()).length > 0) await settled()

  const files = await harness.database.read
    .selectFrom('files')
    .select(['name', 'origin_task'])
    .where('type', '=', 'file')
    .execute()
  for (const id of ids) {
    const task = await harness.task(id)
    const made = files.filter(({ origin_task }) => origin_task === id)
    if (task.status !== 'COMPLETED') {
      expect(made).toEqual([])
      if (task.status === 'FAILED') expect(task.message).toMatch(/cluster is full|vanished/)
      continue
    }
    expect(made).toHaveLength(1)
    const { out } = (await harness.outputs(task)) as { out: { path: string } }
    expect(await harness.text(out.path)).toBe('last\n')
    expect((await harness.jobs(id)).map(({ path, status }) => `${path} ${status}`)).toEqual([
      'last DONE',
      'wide[0] DONE',
      'wide[1] DONE',
      'wide[2] DONE',
    ])
  }
  expect([...executor.finished.values()].filter(times => times > 1)).toEqual([])
  expect([...executor.running]).toEqual([])
  while ((await readdir(harness.workFolder)).length > 0) await new Promise(resolve => setTimeout(resolve, 10))
})
