import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Json, send } from '../support/api.ts'
import { AllowedFolder } from '../support/folder.ts'
import { imported } from '../support/transfers.ts'
import { Memoizing, RANDOM } from './memoizing.ts'

/** What has handed out wrong results elsewhere, through a whole server. */
let on: Memoizing
let allowed: AllowedFolder
let count = 0

beforeAll(async () => {
  allowed = await AllowedFolder.make()
  on = await Memoizing.start('hazards', { allowNetwork: true, volumes: { allowPaths: [allowed.path] } })
})
afterAll(async () => {
  await on.close()
  await allowed.remove()
})

const app = (document: object) => on.kim.app(on.project, `app${++count}`, document)
const given = () => ({ word: `word${++count}` })

async function output(task: Json, id: string): Promise<string> {
  const { path } = (task.outputs as unknown as { [id: string]: { path: string } })[id]!
  return (await send((await on.kim.get(`/files/${path}/download_info`)).body.url)).text
}

test('a job that was given the network serves others where its tool says so explicitly, and no others', async () => {
  const project = await on.kim.project('Network', { allow_network_access: true })
  const asks = { NetworkAccess: { networkAccess: true } }
  const run = async (requirements: object, inputs: object, where: string) => {
    const of = await on.kim.app(where, `app${++count}`, { ...RANDOM, requirements })
    const tasks = [await on.run(of, inputs, { project: where }), await on.run(of, inputs, { project: where })]
    expect(tasks.map(task => task.status)).toEqual(['COMPLETED', 'COMPLETED'])
    return { reused: await on.reused(tasks[1]!), job: (await on.jobs(tasks[0]!))[0]! }
  }
  expect((await run(asks, given(), project)).reused).toBe(0)
  const inputs = given()
  const granted = await run({ ...asks, WorkReuse: { enableReuse: true } }, inputs, project)
  expect(granted.reused).toBe(1)
  // where the project does not grant it, it is another job, and an ordinary one
  const refused = await run(asks, inputs, await on.kim.project('No network', { allow_network_access: false }))
  expect([refused.reused, refused.job.key === granted.job.key]).toEqual([1, false])
})

test('what cwl.output.json says by a path of its own, in a folder of a name drawn by chance, is taken by content', async () => {
  const make = {
    ...RANDOM,
    baseCommand: [
      'sh',
      '-c',
      `d=$(mktemp -d "$PWD/XXXXXX"); head -c 9 /dev/urandom | od -An -tx1 > $d/drawn.txt
       printf '{"drawn": {"class": "File", "path": "%s"}, "folder": {"class": "Directory", "path": "%s", "basename": "kept"}}' \\
         $d/drawn.txt $d > cwl.output.json`,
    ],
    outputs: { drawn: 'File', folder: 'Directory' },
    stdout: undefined,
  }
  const read = {
    class: 'CommandLineTool',
    baseCommand: ['sh', '-c', 'cat "$0" "$1"/*; echo "$2"; ls "$1"'],
    inputs: {
      drawn: { type: 'File', inputBinding: { position: 1 } },
      folder: { type: 'Directory', inputBinding: { position: 2 } },
      more: { type: 'string', inputBinding: { position: 3 } },
    },
    outputs: { said: 'stdout' },
    stdout: 'said.txt',
  }
  const of = await app({
    cwlVersion: 'v1.2',
    class: 'Workflow',
    inputs: { word: 'string', more: 'string' },
    outputs: {
      said: { type: 'File', outputSource: 'read/said' },
      drawn: { type: 'File', outputSource: 'make/drawn' },
      folder: { type: 'Directory', outputSource: 'make/folder' },
    },
    steps: {
      make: { run: make, in: { word: 'word' }, out: ['drawn', 'folder'] },
      read: { run: read, in: { drawn: 'make/drawn', folder: 'make/folder', more: 'more' }, out: ['said'] },
    },
  })
  const inputs = given()
  const first = await on.run(of, { ...inputs, more: 'one' })
  const second = await on.run(of, { ...inputs, more: 'two' })
  expect([first.status, second.status]).toEqual(['COMPLETED', 'COMPLETED'])
  expect((await on.jobs(second)).map(job => [job.path, 'reused' in job])).toEqual([
    ['make', true],
    ['read', false],
  ])
  const drawn = await output(first, 'drawn')
  expect(await output(second, 'drawn')).toBe(drawn)
  expect(await output(second, 'said')).toBe(`${drawn}${drawn}two\ndrawn.txt\n`)
})

test('a file of a volume is what its bytes are: another place with the same is the same, a change is not', async () => {
  const of = await app({ ...RANDOM, inputs: { reads: 'File' } })
  const here = await on.kim.upload({ project: on.project }, 'reads.txt', 'reads')
  const { id, path } = await allowed.volume(on.kim, { 'a/reads.txt': 'reads', 'b/reads.txt': 'reads' })
  const run = async (file: unknown) => await on.run(of, { reads: { class: 'File', path: file } })
  /** In a folder of its own, where it can have the same name. */
  const alias = async (location: string) => {
    const folder = { project: on.project, type: 'FOLDER', name: `folder ${++count}` }
    const destination = { parent: (await on.kim.post('/files', folder)).body.id, name: 'reads.txt' }
    return ((await imported(on.kim, { source: { volume: id, location }, destination })).result as Json).id
  }
  const [one, two] = [await alias('a/reads.txt'), await alias('b/reads.txt')]
  const first = await run(one)
  expect(first.status).toBe('COMPLETED')
  for (const same of [one, two, here]) {
    const task = await run(same)
    expect(await on.digests(task)).toEqual(await on.digests(first))
  }
  await writeFile(join(path, 'a/reads.txt'), 'READS')
  const changed = await run(await alias('a/reads.txt'))
  expect([changed.status, await on.reused(changed)]).toEqual(['COMPLETED', 0])
})
