import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Harness } from '../support/harness.ts'

let harness: Harness
let secrets: string

beforeEach(async () => {
  harness = await Harness.make('sandbox')
  await harness.start()
  secrets = join(harness.folder, 'secrets')
  await fs.mkdir(secrets)
  await fs.writeFile(join(secrets, 'large.txt'), 'not for jobs '.repeat(1000), { mode: 0o600 })
  await fs.writeFile(join(secrets, 'small.txt'), 'not for jobs', { mode: 0o600 })
})

afterEach(async () => {
  await harness.close()
})

const tool = (script: string, outputs: string, more = '') => `
cwlVersion: v1.2
class: CommandLineTool
id: main
inputs: {}
outputs: ${outputs}
baseCommand: [sh, -c]
arguments: [${JSON.stringify(script.replaceAll('$', '\\$'))}]
requirements: { InlineJavascriptRequirement: {} }
${more}`

const FILES = '{ out: { type: "File[]", outputBinding: { glob: "GLOB", loadContents: false } } }'
const files = (glob: string) => FILES.replace('GLOB', glob)

/** A folder whose name is no text, and beside it a link with the name that it is read as. */
const twins = () =>
  `mkdir "$(printf '\\377')"; touch "$(printf '\\377')/large.txt" "$(printf '\\377')/small.txt"; ln -s ${secrets} "$(printf '\\357\\277\\275')"`

test.each([
  ['*/*.txt', 'a folder whose name is no text'],
  ['*/large.txt', 'the same, one name'],
  ['[!a]/small.txt', 'the same, by a class'],
])('outputs %s: nothing of the host comes out through %s, and nothing there changes', async glob => {
  const before = await Promise.all(['large.txt', 'small.txt'].map(name => fs.stat(join(secrets, name))))
  const task = await harness.ended(await harness.submit(tool(twins(), files(glob))))
  expect(task.status).toBe('FAILED')
  expect(task.message).toMatch(/not UTF-8: \\xff|neither an output nor an input/)
  const after = await Promise.all(['large.txt', 'small.txt'].map(name => fs.stat(join(secrets, name))))
  expect(after.map(({ mode, mtimeMs, nlink, uid }) => [mode, mtimeMs, nlink, uid])).toEqual(
    before.map(({ mode, mtimeMs, nlink, uid }) => [mode, mtimeMs, nlink, uid]),
  )
})

test('a name that is no text fails the output that it is, not one beside it', async () => {
  const script = `echo x > "$(printf 'bad\\377.txt')"; echo y > good.csv`
  const good = await harness.ended(await harness.submit(tool(script, files('*.csv'))))
  expect(good.status).toBe('COMPLETED')
  const bad = await harness.ended(await harness.submit(tool(script, files('*.txt'))))
  expect(bad).toMatchObject({ status: 'FAILED', message: expect.stringContaining('bad\\xff.txt') })
})

test.each([
  [
    'cwl.output.json',
    () => `${twins()}; printf '{"out": [{"class": "File", "path": "\\357\\277\\275/small.txt"}]}' > cwl.output.json`,
    'File[]',
  ],
  ['a Directory', () => twins(), 'Directory'],
  ['a link to a file', () => `ln -s ${secrets}/small.txt a.txt`, 'File[]'],
  ['a link to a folder', () => `ln -s ${secrets} d`, 'Directory'],
  [
    'cwl.output.json through a link',
    () => `ln -s ${secrets} d; echo '{"out": [{"class": "File", "path": "d/small.txt"}]}' > cwl.output.json`,
    'File[]',
  ],
  ['cwl.output.json itself', () => `ln -s ${secrets}/small.txt cwl.output.json`, 'File[]'],
])('by %s nothing of the host comes out', async (_way, script, type) => {
  const glob = type === 'Directory' ? '.' : '*.txt'
  const outputs = `{ out: { type: "${type}", outputBinding: { glob: "${glob}", loadListing: deep_listing } } }`
  const task = await harness.ended(await harness.submit(tool(script(), outputs)))
  expect(task.status).toBe('FAILED')
  expect(task.message).not.toContain('not for jobs')
})

test('by loadContents, saved logs and the named streams nothing of the host comes out', async () => {
  const contents =
    '{ out: { type: string, outputBinding: { glob: "*/small.txt", loadContents: true, outputEval: "$(self[0].contents)" } } }'
  const loaded = await harness.ended(await harness.submit(tool(twins(), contents)))
  expect(loaded.status).toBe('FAILED')
  expect(loaded.message).not.toContain('not for jobs')
  const more = 'hints: { "sbg:SaveLogs": { value: "*.txt" } }'
  const saved = await harness.ended(
    await harness.submit(tool(`${twins()}; ln -s ${secrets}/small.txt l.txt`, '{}', more)),
  )
  const rows = await harness.database.read.selectFrom('files').selectAll().where('origin_task', '=', saved.id).execute()
  for (const row of rows) expect(await harness.text(row.id)).not.toContain('not for jobs')
})

test('another job that exchanges folders for links while outputs are taken gets nothing', async () => {
  // the first job's folder holds a folder of many files, which takes a while; the exchange goes on all the time
  const script = 'mkdir d; for i in $(seq 300); do echo mine > d/$i.txt; done'
  const swap = `while :; do for w in ${harness.workFolder}/*/*/*/work; do mv "$w/d" "$w/e" 2>/dev/null && ln -s ${secrets} "$w/d" && rm "$w/d"; mv "$w/e" "$w/d" 2>/dev/null; done; done`
  const swapper = spawn('sh', ['-c', swap], { stdio: 'ignore' })
  try {
    for (let tries = 0; tries < 5; tries++) {
      const task = await harness.ended(await harness.submit(tool(script, files('d/*.txt'))))
      const rows = await harness.database.read
        .selectFrom('files')
        .selectAll()
        .where('origin_task', '=', task.id)
        .execute()
      for (const row of rows.filter(row => row.name.endsWith('.txt'))) expect(await harness.text(row.id)).toBe('mine\n')
    }
  } finally {
    swapper.kill('SIGKILL')
    await once(swapper, 'exit')
  }
})

test('messages name no path of this machine', async () => {
  const scripts = [
    tool('exit 3', '{}', 'stderr: none/such/log'),
    tool('true', files('/etc/passwd')),
    tool('echo x > f', '{ out: { type: File, outputBinding: { glob: g } } }'),
    tool(`cd /; ${twins()}; exit 1`, '{}'),
    tool('chmod 000 .; exit 1', '{}'),
  ]
  for (const script of scripts) {
    const task = await harness.ended(await harness.submit(script))
    expect(task.message).not.toContain(harness.workFolder)
    expect(task.message).not.toMatch(/reprise-worker-(?!.*secrets)/)
  }
})
