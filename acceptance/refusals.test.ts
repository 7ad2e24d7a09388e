import { afterAll, beforeAll, expect, test } from 'vitest'
import { expected } from './call.ts'
import { Client, file } from './client.ts'
import { COUNT, GREET } from './documents.ts'
import type { Answer, Json } from './exchange.ts'
import { type Server, serve } from './server.ts'

/** Every refusal has its status, its code and a message that names what is wrong; a rerun has its rules. */
let server: Server
let kim: Client
let lee: Client
let project: Json
let reads: Json
let app: string

const create = (inputs: object, query = '', fields: object = {}) =>
  kim.post(`/tasks${query}`, { name: 'refused', project: project.id, app, inputs, ...fields })

async function refused(answer: Promise<Answer>, status: number, code: number, message: RegExp): Promise<void> {
  const { status: got, body, headers } = await answer
  expect([got, body]).toEqual([
    status,
    { status, code, message: expect.stringMatching(message), more_info: `${server.url}/errors/${code}` },
  ])
  expect(headers['content-type']).toMatch(/^application\/json/)
}

beforeAll(async () => {
  server = await serve()
  kim = new Client(server)
  lee = new Client(server, await server.addUser('lee'))
  project = await kim.post('/projects', { name: 'Refusals' })
  reads = await kim.upload(project.root_folder, 'reads.txt', 'some bytes')
  app = String((await kim.post(`/apps/${project.id}/count/raw`, COUNT))['sbg:id'])
})
afterAll(() => server.close())

test('a wrong token is 401', async () => {
  await refused(new Client(server, 'wrong').ask('GET', '/user'), 401, 90001, /X-SBG-Auth-Token/)
})

test('an unknown task is 404, a malformed id 400, for every call', async () => {
  for (const [method, more] of [
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['GET', '/inputs'],
    ['GET', '/execution_details'],
    ['POST', '/actions/run'],
    ['POST', '/actions/abort'],
    ['POST', '/actions/clone'],
  ] as const) {
    const body = method === 'GET' ? undefined : {}
    await refused(kim.ask(method, `/tasks/00000000-0000-4000-8000-000000000000${more}`, body), 404, 7002, /task/)
    await refused(kim.ask(method, `/tasks/none${more}`, body), 400, 7005, /task id.*UUID/)
  }
})

test('a task that is done is neither run again, nor deleted, nor aborted; it is renamed', async () => {
  const task = await create({ reads: file(reads) }, '?action=run')
  expect((await kim.wait(task)).status).toBe('COMPLETED')
  await refused(kim.ask('POST', `${task.href}/actions/run`), 400, 7007, /COMPLETED/)
  await refused(kim.ask('DELETE', task.href), 400, 7007, /DRAFT/)
  await refused(kim.ask('POST', `${task.href}/actions/abort`), 400, 7011, /COMPLETED/)
  await refused(kim.ask('PATCH', task.href, { inputs: { threads: 2 } }), 400, 7026, /inputs/)
  expect((await expected(kim.ask('PATCH', task.href, { name: 'done' }), 200)).body.name).toBe('done')
})

test('an action that there is not is 7013, an empty one 7014; both name it', async () => {
  const task = await create({ reads: file(reads) })
  for (const [path, body] of [
    ['/tasks', { project: project.id, app, name: 'x', inputs: {} }],
    [`/tasks/${task.id}/actions/clone`, { name: 'x' }],
  ] as const) {
    await refused(kim.ask('POST', `${path}?action=walk`, body), 400, 7013, /action/)
    await refused(kim.ask('POST', `${path}?action=`, body), 400, 7014, /action/)
  }
  await refused(kim.ask('POST', `/tasks/${task.id}/actions/walk`), 400, 7013, /action/)
})

test('a body that is not JSON is 400', async () => {
  await refused(kim.ask('POST', '/tasks', '{"project": '), 400, 90009, /not JSON/)
  await refused(kim.ask('PATCH', project.href, 'nope'), 400, 90009, /not JSON/)
})

test('a part with another ETag, and an upload with a hole, are 400', async () => {
  const begun = await kim.post('/upload/multipart', { project: project.id, name: 'holes', size: 3 })
  const etag = await kim.put(begun, 1, 'a')
  await refused(kim.report(begun, 1, 'd41d8cd98f00b204e9800998ecf8427e'), 400, 8014, /ETag.*part 1/)
  await refused(kim.report(begun, 1, ''), 400, 8014, /ETag.*part 1/)
  await refused(kim.report(begun, 2, etag), 400, 8014, /part_number.*part 2/)
  expect((await kim.report(begun, 1, etag)).status).toBe(200)
  await kim.report(begun, 3, await kim.put(begun, 3, 'c'))
  await refused(kim.ask('POST', `${begun.href}/complete`), 400, 8007, /part 2/)
  await kim.report(begun, 2, await kim.put(begun, 2, 'b'))
  expect(await kim.post(`${begun.href}/complete`, {})).toMatchObject({ name: 'holes', size: 3 })
  await refused(kim.ask('POST', `${begun.href}/complete`), 404, 8003, /upload/)
})

test.each(['a/b', '..', '.', ''])('an upload named %j is 400', async name => {
  await refused(kim.ask('POST', '/upload/multipart', { project: project.id, name, size: 1 }), 400, 8013, /name/)
})

test('a place is a project or a folder: neither and both are 400 and name the fields', async () => {
  const both = { project: project.id, parent: project.root_folder }
  await refused(kim.ask('POST', '/upload/multipart', { ...both, name: 'x', size: 1 }), 400, 8013, /project or parent/)
  await refused(kim.ask('POST', '/upload/multipart', { name: 'x', size: 1 }), 400, 8013, /project or parent/)
  await refused(kim.ask('POST', '/files', { ...both, name: 'x', type: 'folder' }), 400, 5031, /project or parent/)
  await refused(kim.ask('GET', '/files'), 400, 5029, /project or parent/)
})

test('an app of which nothing can be read is 400; one that is no CWL is kept, and no task is made of it', async () => {
  await refused(kim.ask('POST', `/apps/${project.id}/garbled/raw`, 'class: [CommandLineTool'), 400, 90009, /1:\d+/)
  await refused(kim.ask('GET', `/apps/${project.id}/garbled`), 404, 6002, /app/)
  const wrong = JSON.stringify({ ...GREET, inputs: { word: 'strng' }, outputs: { greeting: 7 } }, null, 2)
  const stored = await kim.post(`/apps/${project.id}/wrong/raw`, wrong)
  const problems = stored['sbg:validationErrors'] as string[]
  expect(problems.length).toBeGreaterThan(0)
  for (const problem of problems) expect(problem).toMatch(/^\d+:\d+: /)
  expect(problems.join('\n')).toContain('strng')
  const task = { name: 'x', project: project.id, app: stored['sbg:id'], inputs: {} }
  await refused(kim.ask('POST', '/tasks', task), 400, 7017, /app/)
})

test('an input of a wrong type is kept with errors on create, and refused on run', async () => {
  for (const query of ['', '?action=run']) {
    const answer = await kim.ask('POST', `/tasks${query}`, {
      name: 'x',
      project: project.id,
      app,
      inputs: { reads: file(reads), threads: 'many' },
    })
    expect(answer).toMatchObject({ status: 201, body: { status: 'DRAFT' } })
    expect(answer.body.errors).toMatchObject([
      { input_id: 'threads', type: 'error/task_validation/input/schema', message: expect.stringContaining('int') },
    ])
    await refused(kim.ask('POST', `${answer.body.href}/actions/run`), 400, 7024, /threads/)
  }
})

test("another user's project, file, app, task and upload are 404", async () => {
  const task = await create({ reads: file(reads) })
  const begun = await kim.post('/upload/multipart', { project: project.id, name: 'mine', size: 1 })
  await refused(lee.ask('GET', project.href), 404, 3002, /project/)
  await refused(lee.ask('GET', reads.href), 404, 5002, /file/)
  await refused(lee.ask('GET', `${reads.href}/download_info`), 404, 5002, /file/)
  await refused(lee.ask('GET', `/apps/${app}`), 404, 6002, /app/)
  await refused(lee.ask('GET', `/apps/${app}/raw`), 404, 6002, /app/)
  await refused(lee.ask('GET', task.href), 404, 7002, /task/)
  await refused(lee.ask('POST', `${task.href}/actions/clone?action=run`), 404, 7002, /task/)
  await refused(lee.ask('GET', begun.href), 404, 8003, /upload/)
  await refused(lee.ask('GET', `/files?project=${project.id}`), 404, 3002, /project/)
  await refused(lee.ask('GET', `/tasks?project=${project.id}`), 404, 3002, /project/)
  await refused(lee.ask('POST', '/tasks', { project: project.id, app, inputs: {} }), 404, 3002, /project/)
  const own = (await expected(lee.ask('POST', '/projects', { name: 'Own' }), 201)).body
  await refused(lee.ask('POST', '/tasks', { project: own.id, app, inputs: {} }), 404, 6002, /app/)
  expect((await lee.ask('GET', '/tasks')).body.items).toEqual([])
})

test("a file of another user is no input, and the message doesn't tell more of it than that", async () => {
  const own = (await expected(lee.ask('POST', '/projects', { name: 'Own' }), 201)).body
  const raw = (await expected(lee.ask('POST', `/apps/${own.id}/count/raw`, COUNT), 201)).body
  for (const path of [reads.id, 'f'.repeat(24)]) {
    const inputs = { reads: { class: 'File', path } }
    const body = { name: 'x', project: own.id, app: raw['sbg:id'], inputs }
    const task = (await expected(lee.ask('POST', '/tasks?action=run', body), 201)).body
    expect(task).toMatchObject({ status: 'DRAFT', errors: [{ input_id: 'reads' }] })
    expect(task.errors[0]!.message).toContain(`there is no file ${path} in the project`)
  }
})

test.each([
  [{ class: 'File', path: '/etc/passwd' }],
  [{ class: 'File', location: 'file:///etc/passwd' }],
  [{ class: 'File', basename: 'x', contents: 'y' }],
  [[{ class: 'File', path: '5f2c0a1be4b0aa10e77c0001' }]],
])('the input %j is an error that names it', async given => {
  const task = await create({ reads: given })
  expect(task.errors).toMatchObject([{ input_id: 'reads', message: expect.stringContaining('reads') }])
})

test('a tool that links to a file of the machine fails and says so', async () => {
  const outputs = { out: { type: 'File', outputBinding: { glob: 'out' } } }
  const tool = { ...GREET, inputs: {}, outputs, stdout: undefined, baseCommand: ['ln', '-s', '/etc/passwd', 'out'] }
  const raw = await kim.post(`/apps/${project.id}/link/raw`, tool)
  const task = await kim.wait(await create({}, '?action=run', { app: raw['sbg:id'] }))
  expect(task).toMatchObject({ status: 'FAILED', outputs: { out: null } })
  const details = await kim.get(`${task.href}/execution_details`)
  expect(details).toMatchObject({ status: 'FAILED', jobs: [{ status: 'FAILED' }] })
  expect(details.message).toContain('/etc/passwd')
})

test('a command that fails shows its exit code and the end of what it said', async () => {
  const tool = { ...GREET, inputs: {}, baseCommand: ['sh', '-c', 'echo no such genome >&2; exit 3'] }
  const raw = await kim.post(`/apps/${project.id}/fails/raw`, tool)
  const task = await kim.wait(await create({}, '?action=run', { app: raw['sbg:id'] }))
  expect(task).toMatchObject({ status: 'FAILED', execution_status: { message: expect.stringContaining('3') } })
  const { message } = await kim.get(`${task.href}/execution_details`)
  expect(message).toContain('no such genome')
  const rerun = await kim.post(`${task.href}/actions/clone?action=run`)
  expect(rerun).toMatchObject({ errors: [], name: task.name })
  expect((await kim.wait(rerun)).status).toBe('FAILED')
})

test('a rerun whose input is gone is a draft that names it, and runs with another one', async () => {
  const gone = await kim.upload(project.root_folder, 'gone.txt', '12345')
  const task = await kim.wait(await create({ reads: file(gone), threads: 2 }, '?action=run'))
  expect(task.status).toBe('COMPLETED')
  expect((await kim.ask('DELETE', gone.href)).status).toBe(204)
  const rerun = await kim.post(`${task.href}/actions/clone?action=run`)
  expect(rerun).toMatchObject({ status: 'DRAFT', errors: [{ input_id: 'reads' }], inputs: { threads: 2 } })
  expect(rerun.errors[0]!.message).toContain(gone.id)
  await refused(kim.ask('POST', `${rerun.href}/actions/run`), 400, 7024, /reads/)
  const mended = await kim.patch(rerun.href, { inputs: { reads: file(reads) } })
  expect(mended).toMatchObject({ errors: [], inputs: { threads: 2, reads: file(reads) } })
  const done = await kim.wait(await kim.post(`${rerun.href}/actions/run`))
  expect(done.status).toBe('COMPLETED')
  expect(await kim.read(done.outputs.counts)).toMatch(/^10\n/)
})

test('a rerun keeps the revision and everything that was set, and shows only the fields asked for', async () => {
  const fields = {
    description: 'why',
    execution_settings: { instance_type: 'm5.2xlarge;ebs-gp2;700', max_parallel_instances: 2, use_memoization: true },
    use_interruptible_instances: false,
  }
  const task = await kim.wait(await create({ reads: file(reads), ratio: 0.25 }, '?action=run', fields))
  await kim.post(`/apps/${project.id}/count/1/raw`, { ...COUNT, label: 'Newer' })
  const rerun = await kim.post(`${task.href}/actions/clone`)
  expect(rerun).toMatchObject({
    ...fields,
    name: task.name,
    app,
    status: 'DRAFT',
    inputs: { reads: file(reads), ratio: 0.25 },
  })
  expect(rerun.outputs).toEqual({ counts: {} })
  for (const key of ['executed_by', 'end_time', 'price', 'execution_status', 'parent'])
    expect(rerun).not.toHaveProperty(key)
  const short = await kim.post(`${rerun.href}/actions/clone?fields=id,status`)
  expect(Object.keys(short).sort()).toEqual(['href', 'id', 'status'])
  expect(await kim.get(task.href)).toEqual(task)
  const invalid = await create({ reads: file(reads), threads: 'many' })
  const copy = await kim.post(`${invalid.href}/actions/clone?action=RUN`)
  expect(copy).toMatchObject({ status: 'DRAFT', inputs: invalid.inputs, errors: invalid.errors })
  expect(copy.inputs.threads).toBe('many')
})
