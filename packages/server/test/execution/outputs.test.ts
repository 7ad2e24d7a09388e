import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Directory, File, JobPlan, Value } from '@reprise/cwl'
import { Left, specify, stage, viewOf } from '@reprise/runner'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OpenDatabase } from '../../src/database/open.ts'
import { takeOutputs } from '../../src/execution/outputs.ts'
import { Contents } from '../../src/storage/contents.ts'
import { openTestDatabase } from '../support/database.ts'

let folder: string
let database: OpenDatabase
let contents: Contents
let attempt: string
let work: string
let plan: JobPlan

beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'reprise-outputs-'))
  database = await openTestDatabase(folder)
  contents = new Contents({ database, folder })
  attempt = join(folder, 'work', 'task', 'job', '1')
  const view = viewOf(attempt, 'none')
  work = view.work
  plan = {
    path: 'step',
    argv: ['true'],
    shell: false,
    environment: {},
    stage: [{ type: 'file', location: 'content:input', target: `${view.inputs}/0/in.txt`, writable: false }],
    work,
    tmp: view.tmp,
    resources: { cores: 1, ram: 1, tmpdir: 1, outdir: 1 },
    network: false,
    inputs: {},
  }
  const source = join(folder, 'in.txt')
  await fs.writeFile(source, 'input')
  const options = { attempt, means: { base: 'none' as const }, materialise: async () => source, network: false }
  await stage(attempt, await specify(plan, options))
})

afterEach(async () => {
  await contents.close()
  await database.close()
  await fs.rm(folder, { recursive: true })
})

async function take(value: Value): Promise<Value> {
  const files = new Left(attempt)
  const left = {
    plan,
    files,
    view: viewOf(attempt, 'none'),
    manifest: await files.manifest(),
    held: { has: () => true },
  }
  const taken = await takeOutputs(contents, left, { out: value })
  await database.write(async tx => {
    for (const content of taken.contents) await contents.hold(tx, content, 'task:1')
  })
  return taken.outputs.out!
}

const file = (name: string, fields: Partial<File> = {}): File => ({ class: 'File', path: join(work, name), ...fields })
const write = (name: string, text: string) => fs.writeFile(join(work, name), text)

async function textOf(value: Value): Promise<string> {
  const { location } = value as File
  return Buffer.from(await contents.read(location!.replace('content:', ''), 1000)).toString()
}

test('a file gets a lasting location and loses its path', async () => {
  await write('out.txt', 'data')
  const taken = await take(file('out.txt', { metadata: { sample: 's1' } }))
  expect(taken).toEqual({
    class: 'File',
    location: expect.stringMatching(/^content:/),
    basename: 'out.txt',
    size: 4,
    metadata: { sample: 's1' },
  })
  expect(await textOf(taken)).toBe('data')
})

test('a file that is named twice enters once, with its secondary files', async () => {
  await write('a.bam', 'a')
  await write('a.bam.bai', 'b')
  const both = (await take([
    file('a.bam', { secondaryFiles: [file('a.bam.bai')] }),
    file('a.bam', { basename: 'copy.bam' }),
  ])) as File[]
  expect(both[0]!.location).toBe(both[1]!.location)
  expect(both.map(each => each.basename)).toEqual(['a.bam', 'copy.bam'])
  expect(await textOf(both[0]!.secondaryFiles![0]!)).toBe('b')
})

test('a literal enters as it is, and what lies in the storage stays there', async () => {
  plan.inputs = { known: { class: 'File', location: 'content:known' } }
  expect(await textOf(await take({ class: 'File', basename: 'x', contents: 'text' }))).toBe('text')
  const known: File = { class: 'File', location: 'content:known', basename: 'k', size: 3 }
  expect(await take(known)).toEqual(known)
})

test('a folder is taken whole, with a link among its entries resolved', async () => {
  await fs.mkdir(join(work, 'dir', 'sub'), { recursive: true })
  await write('dir/sub/deep', 'deep')
  await fs.symlink('sub/deep', join(work, 'dir', 'link'))
  const taken = (await take({ class: 'Directory', path: join(work, 'dir') })) as Directory
  expect(taken.basename).toBe('dir')
  expect(taken.listing!.map(entry => [entry.class, entry.basename])).toEqual([
    ['File', 'link'],
    ['Directory', 'sub'],
  ])
  expect(await textOf(taken.listing![0]!)).toBe('deep')
})

test('what the job wrote where an input was put in its work folder is its own', async () => {
  const place = { target: `${work}/copied.txt`, location: 'content:input' }
  plan = { ...plan, stage: [...plan.stage, { type: 'file', ...place, writable: true }] }
  await write('copied.txt', 'changed')
  expect(await textOf(await take(file('copied.txt')))).toBe('changed')
  plan = { ...plan, stage: [...plan.stage.slice(0, 1), { type: 'file', ...place, writable: false }] }
  await write('copied.txt', 'replaced')
  expect(await textOf(await take(file('copied.txt')))).toBe('replaced')
})

test('a link to an input leads to its content', async () => {
  await fs.symlink(`${plan.stage[0]!.target}`, join(work, 'link'))
  expect(await take(file('link'))).toMatchObject({ location: 'content:input', basename: 'link' })
})

test.each([
  ['a link to /etc/passwd', () => fs.symlink('/etc/passwd', join(work, 'out')), 'a link to /etc/passwd'],
  ['a link upwards', () => fs.symlink('../job.json', join(work, 'out')), 'neither an output nor an input'],
  ['a link to itself', () => fs.symlink('out', join(work, 'out')), 'circles'],
  ['nothing', async () => undefined, 'is not a file'],
])('%s is refused', async (_, make, message) => {
  await make()
  await expect(take(file('out'))).rejects.toThrow(message)
})

test('a folder that is a link out, and one with such a link in it, are refused', async () => {
  await fs.symlink('/etc', join(work, 'etc'))
  await fs.mkdir(join(work, 'dir'))
  await fs.symlink('/etc/passwd', join(work, 'dir', 'passwd'))
  await expect(take(file('etc/passwd'))).rejects.toThrow('is not a file')
  await expect(take({ class: 'Directory', path: join(work, 'etc') })).rejects.toThrow('neither an output nor an input')
  await expect(take({ class: 'Directory', path: join(work, 'dir') })).rejects.toThrow('a link to /etc/passwd')
})

test('a folder with a link to itself is refused', async () => {
  await fs.mkdir(join(work, 'dir'))
  await fs.symlink('.', join(work, 'dir', 'again'))
  await expect(take({ class: 'Directory', path: join(work, 'dir') })).rejects.toThrow('circles')
})

test.each(['../up', 'a/b', '..', '.', ''])('an output called %j is refused', async basename => {
  await write('out', 'data')
  await expect(take(file('out', { basename }))).rejects.toThrow('no slash')
})

test.each(['/etc/passwd', '../../job.json'])('a place outside of the work folder, %s, is refused', async place => {
  await expect(take({ class: 'File', path: join(work, place) })).rejects.toThrow(/outside|is not a file/)
  await expect(take({ class: 'File', path: '/etc/passwd' })).rejects.toThrow('outside')
  await expect(take({ class: 'File', location: 'file:///etc/passwd' })).rejects.toThrow('outside')
  await expect(take({ class: 'File', location: 'http://example.org/x' })).rejects.toThrow('outside')
})

test('a content that the job was not given does not come out of it', async () => {
  const file = { class: 'File', location: 'content:other', basename: 'theirs' } as const
  await expect(take(file)).rejects.toThrow('the output content:other is not an input of the job')
  const beside: File = { class: 'File', contents: 'x', basename: 'mine', secondaryFiles: [file] }
  await expect(take(beside)).rejects.toThrow('content:other')
  expect(await take({ class: 'File', location: 'content:input', basename: 'in.txt' })).toMatchObject({
    location: 'content:input',
  })
})
