import { ERRORS } from '@reprise/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type Api, type Client, type Json, startApi } from '../support/api.ts'
import { AllowedFolder } from '../support/folder.ts'

const TOOL = { cwlVersion: 'v1.2', class: 'CommandLineTool', baseCommand: 'true', inputs: {}, outputs: {} }

let api: Api
let kim: Client
let lee: Client
let allowed: AllowedFolder
let project: string
let app: string

beforeAll(async () => {
  allowed = await AllowedFolder.make()
  api = await startApi({}, { allowPaths: [allowed.path] })
  kim = await api.user('kim')
  lee = await api.user('lee')
  project = await kim.project('Advice')
  app = await kim.app(project, 'tool', TOOL)
})
afterAll(async () => {
  await api.close()
  await allowed.remove()
})

/** Words that belong to one way of calling: what is advised of every code may not have them, but for the codes of that call. */
const OWN: [words: RegExp, codes: number[]][] = [
  [/clone/i, [7010, 7013, 7026]],
  [/query parameter/i, []],
  [/overwrite/i, [8005, 9107, 9108]],
  [/action=run/i, [7021]],
  [/bucket/i, [9057, 9058]],
]

describe.each([...ERRORS])('%i', (code, { message, cure }) => {
  test('is told in whole sentences, with nothing that reads like an ellipsis', () => {
    for (const text of [message, cure]) expect(text).toMatch(/^[a-zA-Z_9].*[^.\s]\.$/)
    expect(`${message} ${cure}`).not.toMatch(/\.\.|…/)
  })

  test('advises nothing that only one of its calls can do', () => {
    for (const [words, codes] of OWN) if (!codes.includes(code)) expect(cure).not.toMatch(words)
  })
})

const task = async () => (await kim.post('/tasks?action=run', { project, app, name: 'task', inputs: {} })).body.id
const done = async (answer: Promise<Answer>) => {
  const { body } = await answer
  for (;;) {
    const job = (await kim.get(body.href)).body
    if (job.state === 'FINISHED') return (job.result as Json[])[0]!.error
  }
}

test('a task that is no draft is not deleted, and nobody is told to clone it for that', async () => {
  const { body } = await kim.delete(`/tasks/${await task()}`)
  expect(body).toMatchObject({
    code: 7007,
    message: expect.stringMatching(/^The task is \w+: only a DRAFT is deleted\.$/),
  })
  const run = await kim.post(`/tasks/${await task()}/actions/run`)
  expect(run.body).toMatchObject({ code: 7007, message: expect.stringMatching(/clone it for a new draft/) })
})

test('a location that leads nowhere is told without an ellipsis', async () => {
  const { href } = await allowed.volume(kim)
  const { body } = await kim.get(`${href}/object?location=../x`)
  expect(body).toMatchObject({
    code: 9103,
    message: expect.stringMatching(/"\.\." and nothing at all are not allowed\.$/),
  })
})

test('a team without a division says so of its body', async () => {
  expect((await kim.post('/teams', { name: 'x' })).body.message).toBe('division: A division is needed. Give division.')
})

test('who asks for another user is told to ask for themselves', async () => {
  expect((await lee.get('/users/kim')).body.message).toMatch(/ask for your own username/)
})

test('an upload is told of a folder in its way that overwrite does not help', async () => {
  await kim.post('/files', { name: 'taken', type: 'folder', project })
  const { body } = await kim.post('/upload/multipart?overwrite=true', { project, name: 'taken', size: 1 })
  expect(body).toMatchObject({ code: 8005, message: expect.stringMatching(/^name: a folder of this name/) })
})

test('a copy of an app is told of the name, a revision of the next number', async () => {
  const copy = await kim.post(`/apps/${app}/actions/copy`, { project })
  expect(copy.body).toMatchObject({ code: 6003, message: expect.stringMatching(/^name: .*give another one\.$/) })
  const again = await kim.post(`/apps/${project}/tool/0/raw`, TOOL)
  expect(again.body).toMatchObject({ code: 6003, message: 'revision: exists already: the next revision is 1.' })
})

test('what is moved to where it is, or is not to be moved, is told of moving', async () => {
  const file = await kim.upload({ project }, 'here.txt', 'x')
  const same = await done(kim.post('/async/files/move', { items: [{ file, project }] }))
  expect(same).toMatchObject({ code: 10229, message: expect.stringMatching(/it is there already/) })
  await kim.post(`/projects/${project}/members`, { username: 'lee', permissions: { read: true, copy: true } })
  const mine = await lee.project('Mine')
  const forbidden = async (path: string, item: object) => {
    const { body } = await lee.post(path, { items: [item] })
    for (;;) {
      const job = (await lee.get(body.href)).body
      if (job.state === 'FINISHED') return (job.result as Json[])[0]!.error
    }
  }
  const write = { code: 10226, message: expect.stringMatching(/ask for the write permission/) }
  expect(await forbidden('/async/files/move', { file, project: mine })).toMatchObject(write)
  expect(await forbidden('/async/files/delete', { file })).toMatchObject(write)
})
