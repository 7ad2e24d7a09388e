import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type RealEngine, startEngine } from '../../../runner/test/engines.ts'
import { loadJson } from '../../src/database/values.ts'
import { Harness } from '../support/harness.ts'
import { askForPlan, planMade } from '../support/plans.ts'

const real = await startEngine('podman')
if (typeof real === 'string') console.log(`Tests of tasks in containers are skipped: ${real}.`)

const tool = (image: string, line: string, level = 'requirements') => `
cwlVersion: v1.2
class: CommandLineTool
${level}: { DockerRequirement: { dockerPull: ${image} } }
baseCommand: [sh, -c, ${JSON.stringify(line)}]
inputs: { file: File? }
outputs: { said: stdout }
stdout: said.txt
`

describe.skipIf(typeof real === 'string')('tasks in containers', () => {
  const { image, make, containers, stop } = real as RealEngine
  let harness: Harness
  beforeEach(async () => {
    harness = await Harness.make('podman')
  })
  afterEach(() => harness.close())
  afterAll(() => stop(), 60_000)

  const submit = (text: string) => harness.submit(text, {}, {}, 'CREATING')

  test.each(['requirements', 'hints'])('run in the image of %s; its identity is in the task’s record', async level => {
    await harness.start()
    const id = await submit(tool(image, 'id -u; cat /proc/self/mountinfo | grep -c " /usr "; pwd', level))
    const task = await harness.ended(id)
    expect(task.status).toBe('COMPLETED')
    const { said } = (await harness.outputs(task)) as { said: { path: string } }
    expect(await harness.text(said.path)).toBe('64737\n0\n/work\n')
    const record = JSON.parse(await loadJson(harness.database.read, task.record!))
    expect(record.images).toEqual({ [image]: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) })
    expect((await harness.jobs(id))[0]).toMatchObject({ status: 'DONE', cpu: null })
    expect(await containers()).toEqual([])
  })

  test('an image that can’t be had fails the task before it is queued, and says why', async () => {
    await harness.start()
    const id = await submit(tool('127.0.0.1:9/none/such:1', 'true'))
    const task = await harness.ended(id)
    expect(task).toMatchObject({ status: 'FAILED' })
    expect(task.message).toContain("the image 127.0.0.1:9/none/such:1 is not on this machine and can't be pulled")
    expect(await harness.jobs(id)).toEqual([])
  }, 60_000)

  test('a plan looks for images and pulls none', async () => {
    await harness.start()
    const memoized = { memoization: true as const }
    const origin = await harness.submit(tool(image, 'date'), {}, memoized, 'CREATING')
    expect((await harness.ended(origin)).status).toBe('COMPLETED')
    const rowOf = async (name: string) => {
      const draft = await harness.submit(tool(name, 'date'), {}, memoized, 'DRAFT')
      const plan = await planMade(harness, await askForPlan(harness, draft), draft)
      expect(plan).toMatchObject({ state: 'READY' })
      const row = await harness.database.read
        .selectFrom('plan_rows')
        .select('row')
        .where('plan', '=', plan.id)
        .executeTakeFirstOrThrow()
      return JSON.parse(row.row)
    }
    expect(await rowOf(image)).toMatchObject({ decision: 'reuse', from: { task: origin } })
    expect(await rowOf('127.0.0.1:9/none/such:1')).toMatchObject({
      decision: 'unknown',
      waits_for: ['image 127.0.0.1:9/none/such:1'],
    })
  })

  test('a container that runs while the server is killed goes on, and is taken up by the next', async () => {
    await harness.start()
    const id = await submit(tool(image, 'touch started; until [ -e go ]; do sleep 0.05; done; echo whole'))
    const work = workOf(id)
    await started(work)
    await harness.kill()
    expect(await containers()).toHaveLength(1)
    await harness.start()
    await writeFile(`${work}/go`, '')
    const task = await harness.ended(id)
    const { said } = (await harness.outputs(task)) as { said: { path: string } }
    expect(await harness.text(said.path)).toBe('whole\n')
    expect((await harness.jobs(id))[0]).toMatchObject({ attempt: 1, retried: 0 })
    expect(await containers()).toEqual([])
  })

  test('an aborted task leaves no container', async () => {
    await harness.start()
    const id = await submit(tool(image, 'touch started; sleep 600'))
    await started(workOf(id))
    await harness.abort(id)
    expect((await harness.ended(id)).status).toBe('ABORTED')
    expect(await containers()).toEqual([])
  })

  test('an abort does not wait for an image that is being pulled', async () => {
    // a registry that never answers
    const asked = Promise.withResolvers<void>()
    const sockets = new Set<Socket>()
    const registry = createServer(socket => {
      sockets.add(socket)
      asked.resolve()
    }).listen(0, '127.0.0.1')
    await once(registry, 'listening')
    try {
      await harness.start()
      const { port } = registry.address() as AddressInfo
      const id = await submit(tool(`127.0.0.1:${port}/slow:1`, 'true'))
      await asked.promise
      await harness.abort(id)
      expect(await harness.ended(id)).toMatchObject({ status: 'ABORTED', message: 'Aborted.' })
    } finally {
      await harness.kill()
      for (const socket of sockets) socket.destroy()
      registry.close()
    }
  })

  test('a job that is killed for its memory says which limit, and where to raise it', async () => {
    await harness.start()
    const line = 'dd if=/dev/zero of=/dev/null bs=300M count=1'
    const id = await submit(
      tool(image, line).replace('requirements: {', 'requirements: { ResourceRequirement: { ramMin: 64 },'),
    )
    const task = await harness.ended(id)
    expect(task.status).toBe('FAILED')
    expect(task.message).toMatch(/64 MiB.*ramMin/)
  })

  test('a tag that moved to another image is another job: what the old image made is not taken', async () => {
    await harness.start()
    const name = await make('localhost/moving:1', ['ENV A=1'])
    const run = async () => {
      const id = await harness.submit(
        tool(name, 'head -c 30 /dev/urandom | od -An -tx1'),
        {},
        { memoization: true },
        'CREATING',
      )
      expect(await harness.ended(id)).toMatchObject({ status: 'COMPLETED' })
      return (await harness.jobs(id))[0]!
    }
    const first = await run()
    expect(await run()).toMatchObject({ key: first.key, reused_task: first.task })
    await make(name, ['ENV A=2'])
    const moved = await run()
    expect(moved).toMatchObject({ reused_task: null, no_reuse: null })
    expect(moved.key).not.toBe(first.key)
  }, 120_000)

  async function started(work: string): Promise<void> {
    while (!existsSync(`${work}/started`)) await new Promise(setImmediate)
  }

  function workOf(id: string): string {
    const path = 'app.cwl'
    const name = `${path}-${createHash('sha256').update(path).digest('hex').slice(0, 16)}`
    return `${harness.workFolder}/${id}/${name}/1/work`
  }
})

test('without a container engine a tool that requires one fails, and a hint is left out with a warning', async () => {
  const harness = await Harness.make('sandbox')
  try {
    await harness.start()
    const required = await harness.ended(await harness.submit(tool('some/image:1', 'true'), {}, {}, 'CREATING'))
    expect(required).toMatchObject({ status: 'FAILED', message: expect.stringContaining('requires a container') })
    const hinted = await harness.ended(await harness.submit(tool('some/image:1', 'true', 'hints'), {}, {}, 'CREATING'))
    expect(hinted.status).toBe('COMPLETED')
    expect(hinted.warnings).toContain('some/image:1 is not used')
  } finally {
    await harness.close()
  }
})
