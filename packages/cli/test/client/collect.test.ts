import { expect, test } from 'vitest'
import type { Api } from '../../src/client/api.ts'
import { collect } from '../../src/client/collect.ts'

const id = (digit: string) => digit.repeat(24)
const task = '0b8e63c5-3d20-4f1e-8a2f-3f6d3a6f9d11'
const file = (digit: string, name: string) => ({ id: id(digit), name, type: 'file', size: 1, project: 'a/b' })
const folder = (digit: string, name: string) => ({ ...file(digit, name), type: 'folder' })
const value = (digit: string, kind = 'File') => ({ class: kind, path: id(digit) })

/** An API of fixed answers by path. */
function apiOf(answers: Record<string, unknown>): Api {
  const answer = async (path: string) => {
    if (!(path in answers)) throw new Error(`no answer at ${path}`)
    return JSON.parse(JSON.stringify(answers[path]))
  }
  async function* pages(path: string) {
    yield { items: await answer(path), total: undefined }
  }
  return { url: '', call: (_, path) => answer(path), get: answer, post: answer, list: answer, pages }
}

const places = async (answers: Record<string, unknown>, ...ids: string[]) =>
  (await collect(apiOf(answers), ids)).map(({ file, path }) => [file.id[0], path])

test("a task's outputs are its files at every depth, with their secondary files", async () => {
  const outputs = {
    calls: { ...value('1'), secondaryFiles: [value('2')] },
    parts: [{ one: value('3') }, null],
    count: 4,
  }
  const answers = {
    [`/tasks/${task}`]: { status: 'COMPLETED', outputs },
    [`/files/${id('1')}`]: file('1', 'calls.vcf'),
    [`/files/${id('2')}`]: file('2', 'calls.vcf.idx'),
    [`/files/${id('3')}`]: file('3', 'part'),
  }
  expect(await places(answers, task)).toEqual([
    ['1', 'calls.vcf'],
    ['2', 'calls.vcf.idx'],
    ['3', 'part'],
  ])
})

test('a folder comes with all that is in it', async () => {
  const answers = {
    [`/files/${id('a')}`]: folder('a', 'run'),
    [`/files/${id('a')}/list`]: [file('1', 'x'), folder('b', 'logs')],
    [`/files/${id('1')}`]: file('1', 'x'),
    [`/files/${id('b')}`]: folder('b', 'logs'),
    [`/files/${id('b')}/list`]: [file('2', 'x')],
    [`/files/${id('2')}`]: file('2', 'x'),
  }
  expect(await places(answers, id('a'))).toEqual([
    ['1', 'run/x'],
    ['2', 'run/logs/x'],
  ])
})

test('of files with one name all are kept, and a file that is named twice comes once', async () => {
  const answers = {
    [`/files/${id('1')}`]: file('1', 'x'),
    [`/files/${id('2')}`]: file('2', 'x'),
    [`/files/${id('3')}`]: file('3', 'x'),
  }
  expect(await places(answers, id('1'), id('2'), id('3'), id('1'))).toEqual([
    ['1', 'x'],
    ['2', '_1_x'],
    ['3', '_2_x'],
  ])
})

test('what is no id, and a task without files, are errors', async () => {
  await expect(places({}, 'calls.vcf')).rejects.toThrow('"calls.vcf" is the id of no file')
  const answers = { [`/tasks/${task}`]: { status: 'RUNNING', outputs: { calls: null } } }
  await expect(places(answers, task)).rejects.toThrow(`Task ${task} is RUNNING and has no files as outputs.`)
})

test('a name can not lead out of the folder of downloads', async () => {
  expect(await places({ [`/files/${id('1')}`]: file('1', '../../etc/passwd') }, id('1'))).toEqual([['1', 'passwd']])
  await expect(places({ [`/files/${id('1')}`]: file('1', '..') }, id('1'))).rejects.toThrow("can't be the name")
})
