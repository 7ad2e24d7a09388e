import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { appeared } from '../support/appeared.ts'
import { onPostgres } from '../support/database.ts'
import { Harness } from '../support/harness.ts'

let harness: Harness

beforeEach(async () => {
  harness = await Harness.make()
})

afterEach(async () => {
  await harness.close()
})

const tool = (script: string, outputs = '{ out: { type: File, outputBinding: { glob: "*.txt" } } }', more = '') => `
cwlVersion: v1.2
class: CommandLineTool
id: main
inputs: {}
outputs: ${outputs}
baseCommand: [sh, -c]
arguments: [${JSON.stringify(script)}]
${more}`

const scatter = (script: string, more = '') => `
cwlVersion: v1.2
class: Workflow
requirements: [{ class: ScatterFeatureRequirement }]
inputs: { items: "string[]" }
outputs: { all: { type: "File[]", outputSource: each/out } }
steps:
  each:
    in: { item: items }
    out: [out]
    scatter: item
    run:
      class: CommandLineTool
      inputs: { item: string }
      outputs: { out: { type: File, outputBinding: { glob: out.txt } } }
      baseCommand: [sh, -c]
      arguments: [${JSON.stringify(script)}, $(inputs.item)]
      ${more}`

test('a tool runs, its output becomes a file of the project, its logs files that no list shows', async () => {
  await harness.start()
  const id = await harness.submit(tool('echo data > out.txt; echo said; echo warned >&2'))
  const task = await harness.ended(id)
  expect(task).toMatchObject({ status: 'COMPLETED', message: '', steps_total: 1, steps_completed: 1 })
  const outputs = (await harness.outputs(task)) as { out: { path: string } }
  expect(outputs.out).toEqual({ class: 'File', path: expect.any(String), name: 'out.txt', size: 5 })
  expect(await harness.text(outputs.out.path)).toBe('data\n')
  const [job] = await harness.jobs(id)
  expect(job).toMatchObject({ status: 'DONE', attempt: 1, exit_code: 0, retried: 0 })
  expect(await harness.text(job!.stdout!)).toBe('said\n')
  expect(await harness.text(job!.stderr!)).toBe('warned\n')
  const listed = await harness.database.read
    .selectFrom('files')
    .select(['name', 'origin_task'])
    .where('parent', '=', harness.root)
    .execute()
  expect(listed).toEqual([{ name: 'out.txt', origin_task: id }])
  await expect(fs.readdir(join(harness.workFolder, id))).rejects.toThrow('ENOENT')
})

test('two scatter elements with one file name: both kept, with different names', async () => {
  await harness.start()
  const task = await harness.ended(await harness.submit(scatter('echo $0 > out.txt'), { items: ['a', 'b'] }))
  const { all } = (await harness.outputs(task)) as { all: { path: string; name: string }[] }
  expect(all.map(file => file.name)).toEqual(['out.txt', '_1_out.txt'])
  expect(await Promise.all(all.map(file => harness.text(file.path)))).toEqual(['a\n', 'b\n'])
})

test('a job that fails: step, command, exit code and the end of standard error; what ran is kept', async () => {
  await harness.start()
  const script = 'if [ $0 = bad ]; then echo "no such gene" >&2; exit 3; fi; echo $0 > out.txt'
  const id = await harness.submit(scatter(script), { items: ['bad', 'good'] })
  const task = await harness.ended(id)
  expect(task.status).toBe('FAILED')
  expect(task.message).toContain('Step each[0] failed with exit code 3.')
  expect(task.message).toContain('Command: sh -c')
  expect(task.message).toContain('no such gene')
  const [bad, good] = await harness.jobs(id)
  expect(bad).toMatchObject({ path: 'each[0]', status: 'FAILED', exit_code: 3 })
  expect(await harness.text(bad!.stderr!)).toBe('no such gene\n')
  expect(good!.status).not.toBe('FAILED')
  expect(good!.status).not.toBe('RUNNING')
})

test('after a failure nothing new starts', async () => {
  await harness.start()
  const marker = join(harness.folder, 'marker')
  const id = await harness.submit(
    scatter(`echo run >> ${marker}; exit 1`),
    { items: ['a', 'b', 'c', 'd'] },
    { parallel: 1 },
  )
  expect((await harness.ended(id)).status).toBe('FAILED')
  expect(await fs.readFile(marker, 'utf8')).toBe('run\n')
})

test('what can never fit is refused at once, with a message that names the requirement', async () => {
  await harness.start()
  const requirement = 'requirements: [{ class: ResourceRequirement, coresMin: 5000 }]'
  const task = await harness.ended(await harness.submit(tool('true', '{}', requirement)))
  expect(task.status).toBe('FAILED')
  expect(task.message).toMatch(/main can never run here: it asks for 5000 cores .*coresMin/)
})

test('abort kills what runs and ends ABORTED', async () => {
  await harness.start()
  const fifo = join(harness.folder, 'started')
  const id = await harness.submit(tool(`echo $$ > ${fifo}; exec sleep 1000`, '{}'))
  await appeared(fifo)
  const pid = Number(await fs.readFile(fifo, 'utf8'))
  await harness.abort(id)
  expect((await harness.ended(id)).status).toBe('ABORTED')
  expect((await harness.jobs(id))[0]!.status).toBe('ABORTED')
  expect(await isAlive(pid)).toBe(false)
})

test('inputs are read, and metadata that all of them agree on is inherited', async () => {
  await harness.start()
  const app = `
cwlVersion: v1.2
class: CommandLineTool
id: main
inputs: { files: { type: "File[]", inputBinding: {} } }
outputs: { out: { type: stdout } }
baseCommand: cat
stdout: all.txt`
  const files = [
    await harness.file('a', 'A', { sample: 's', lane: '1' }),
    await harness.file('b', 'B'.repeat(5000), { sample: 's', lane: '2' }),
  ]
  const task = await harness.ended(await harness.submit(app, { files }))
  expect(task.message).toBe('')
  const { out } = (await harness.outputs(task)) as { out: { path: string } }
  expect(await harness.text(out.path)).toBe(`A${'B'.repeat(5000)}`)
  const row = await harness.database.read
    .selectFrom('files')
    .select('metadata')
    .where('id', '=', out.path)
    .executeTakeFirstOrThrow()
  expect(JSON.parse(row.metadata)).toEqual({ sample: 's' })
})

test.each([
  ['a symlink to /etc/passwd', 'ln -s /etc/passwd out.txt', undefined, '/etc/passwd'],
  [
    'a name with ..',
    'echo data > x.txt',
    '{ out: { type: File, outputBinding: { glob: x.txt, outputEval: "${ self[0].basename = \'../up\'; return self[0] }" } } }',
    '../up',
  ],
  [
    'a path outside, said by cwl.output.json',
    `echo '{"out": {"class": "File", "path": "/etc/passwd"}}' > cwl.output.json`,
    undefined,
    '/etc/passwd',
  ],
])('%s in the outputs fails and says so', async (_, script, outputs, message) => {
  await harness.start()
  const more = 'requirements: [{ class: InlineJavascriptRequirement }]'
  const task = await harness.ended(await harness.submit(tool(script, outputs, more)))
  expect(task.status).toBe('FAILED')
  expect(task.message).toContain(message)
})

const inSandbox = spawnSync('bwrap', ['--version']).status === 0

describe.skipIf(!inSandbox)('in the sandbox', () => {
  let sandboxed: Harness

  beforeEach(async () => {
    sandboxed = await Harness.make('sandbox')
    await sandboxed.start()
  })

  afterEach(async () => {
    await sandboxed.close()
  })

  test('a scatter runs, its inputs and outputs of every size', async () => {
    const long = await sandboxed.file('long.txt', 'x'.repeat(10_000))
    const app = `
cwlVersion: v1.2
class: Workflow
requirements: [{ class: ScatterFeatureRequirement }]
inputs: { data: File, items: "string[]" }
outputs: { all: { type: "File[]", outputSource: each/out } }
steps:
  each:
    in: { data: data, item: items }
    out: [out]
    scatter: item
    run:
      class: CommandLineTool
      inputs: { data: File, item: string }
      outputs: { out: { type: File, outputBinding: { glob: out.txt } } }
      baseCommand: [sh, -c]
      arguments: ['cat $0 > out.txt; echo $1 >> out.txt', $(inputs.data.path), $(inputs.item)]`
    const task = await sandboxed.ended(await sandboxed.submit(app, { data: long, items: ['a', 'b', 'c'] }))
    expect(task.message).toBe('')
    const { all } = (await sandboxed.outputs(task)) as { all: { path: string }[] }
    const texts = await Promise.all(all.map(file => sandboxed.text(file.path)))
    expect(texts).toEqual(['a', 'b', 'c'].map(item => `${'x'.repeat(10_000)}${item}\n`))
  })

  test.each([
    ['a symlink to /etc/passwd', 'ln -s /etc/passwd out.txt', 'leads to /etc/passwd'],
    ['the data folder', 'cat "$HOME"/../../../../reprise.sqlite > out.txt', 'No such file'],
    ['writing to an input', 'echo x > /inputs/x; cp /inputs/x out.txt', 'Read-only file system'],
  ])('%s fails and says so', async (_, script, message) => {
    const task = await sandboxed.ended(await sandboxed.submit(tool(script)))
    expect(task.status).toBe('FAILED')
    expect(task.message).toContain(message)
  })

  test('abort kills what runs', async () => {
    const id = await sandboxed.submit(tool('exec sleep 1000', '{}'))
    await appeared(join(sandboxed.workFolder, id))
    await sandboxed.abort(id)
    expect((await sandboxed.ended(id)).status).toBe('ABORTED')
  })
})

if (!onPostgres)
  test('a second server on the same data folder is refused with a clear error', async () => {
    await harness.start()
    await expect(harness.start()).rejects.toThrow('is in use by another server')
  })

/** One that is dead and that nobody has waited for yet (`Z`) is not alive. */
async function isAlive(pid: number): Promise<boolean> {
  const status = await fs.readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') X')
  return !/\) [ZX]/.test(status)
}
