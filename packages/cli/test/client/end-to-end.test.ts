import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Server, startServer } from '@reprise/server/serve'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApi } from '../../src/client/api.ts'
import type { App, Task } from '../../src/client/shapes.ts'

const folder = mkdtempSync(join(tmpdir(), 'end-to-end-'))
const data = join(folder, 'data')
let server: Server
let token: string

const tool = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  baseCommand: ['sh', '-c', 'echo "head of $0" >&2; head -n "$1" "$0"'],
  inputs: {
    text: { type: 'File', inputBinding: { position: 1 } },
    lines: { type: 'int', inputBinding: { position: 2 } },
  },
  stdout: 'head.txt',
  outputs: { head: 'stdout' },
}
const workflow = {
  cwlVersion: 'v1.2',
  class: 'Workflow',
  inputs: { text: 'File', lines: { type: 'int', default: 1 } },
  outputs: { head: { type: 'File', outputSource: 'cut/head' } },
  steps: { cut: { run: 'tools/head.cwl', in: { text: 'text', lines: 'lines' }, out: ['head'] } },
}

beforeAll(async () => {
  mkdirSync(join(folder, 'tools'))
  writeFileSync(join(folder, 'tools/head.cwl'), JSON.stringify(tool))
  writeFileSync(join(folder, 'workflow.cwl'), JSON.stringify(workflow))
  writeFileSync(join(folder, 'text.txt'), 'one\ntwo\nthree\n')
  server = await startServer({ data, port: 0, isolation: 'none' })
  token = readFileSync(join(data, 'admin-token'), 'utf8').trim()
  await createApi({ url: server.url, token }).post('/projects', { body: { name: 'demo' } })
})

afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

async function reprise(...args: string[]): Promise<string> {
  const env = { ...process.env, SB_API_ENDPOINT: server.url, SB_AUTH_TOKEN: token }
  const flags = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'program.ts')]
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, ...args], { env, cwd: folder })
  return stdout.trim()
}

test('upload, push, run, rerun with another input, download and logs', async () => {
  const [file] = (await reprise('upload', 'text.txt', '--project', 'admin/demo')).split('\t')
  expect(await reprise('apps', 'push', 'workflow.cwl', 'admin/demo/head')).toBe('admin/demo/head/0')
  expect(await reprise('apps', 'push', 'workflow.cwl', 'admin/demo/head')).toBe('admin/demo/head/1')

  const api = createApi({ url: server.url, token })
  const inputs = { text: { class: 'File', path: file } }
  const body = { name: 'head', project: 'admin/demo', app: 'admin/demo/head', inputs }
  const task = await api.post<Task>('/tasks', { query: { action: 'run' }, body })
  expect(JSON.parse(await reprise('task', task.id, '--wait', '--json'))).toMatchObject({ status: 'COMPLETED' })

  const rerun: Task = JSON.parse(await reprise('rerun', task.id, '--set', 'lines=2', '--json'))
  expect(rerun).toMatchObject({ status: 'COMPLETED', app: 'admin/demo/head/1', inputs: { lines: 2 } })

  await reprise('download', task.id, '--outdir', 'first')
  const [{ path }] = JSON.parse(await reprise('download', rerun.id, '--outdir', 'second', '--json'))
  expect(readFileSync(join(folder, 'first/head.txt'), 'utf8')).toBe('one\n')
  expect(readFileSync(join(folder, path), 'utf8')).toBe('one\ntwo\n')

  expect(await reprise('logs', task.id, '--job', 'cut')).toMatch(/^== cut \(DONE\)\n\$ .*head of .*text.txt$/s)
})

const chance = {
  ...tool,
  baseCommand: ['sh', '-c', 'head -n "$1" "$0"; head -c 8 /dev/urandom | od -An -tx1'],
}

/** What the command printed, and how it ended. */
async function ended(...args: string[]): Promise<[code: number, text: string]> {
  try {
    return [0, await reprise(...args)]
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string }
    return [code, stdout.trim()]
  }
}

/** A task of the workflow that has run. */
async function origin(name: string): Promise<string> {
  const [file] = (await reprise('upload', 'text.txt', '--project', 'admin/demo', '--name', `${name}.txt`)).split('\t')
  await reprise('apps', 'push', 'workflow.cwl', `admin/demo/${name}`)
  const body = { project: 'admin/demo', app: `admin/demo/${name}`, inputs: { text: { class: 'File', path: file } } }
  const api = createApi({ url: server.url, token })
  const { id } = await api.post<Task>('/tasks', { query: { action: 'run' }, body })
  await reprise('task', id, '--wait')
  return id
}

test('a rerun ends with a verdict; compare and jobs tell more', async () => {
  const id = await origin('same')
  const rerun = await reprise('rerun', id, '--resources', 'cut.memory_mib=512')
  expect(rerun).toMatch(new RegExp(`Reproduced task ${id}: the output is identical.\nMore: reprise compare \\S+$`))
  const copy = /reprise compare (\S+)$/.exec(rerun)![1]!
  expect(await ended('compare', copy)).toEqual([0, expect.stringContaining('Jobs     1 the same, 0 diverged')])
  expect(await reprise('jobs', copy)).toMatch(/^JOB +STATUS .*\ncut +DONE .* 512\n1 job$/s)
  expect(await reprise('lineage', copy)).toMatch(new RegExp(`^${id}.*\n└─ ${copy} .*nothing changed  reproduced  ←$`))
  await expect(reprise('rerun', id, '--resources', 'memory=3')).rejects.toThrow(/STEP.memory_mib=4096/)
})

test('a rerun with another app names what changed, and verify the step that is not deterministic', async () => {
  const id = await origin('other')
  writeFileSync(join(folder, 'tools/head.cwl'), JSON.stringify(chance))
  await reprise('apps', 'push', 'workflow.cwl', 'admin/demo/other').finally(() =>
    writeFileSync(join(folder, 'tools/head.cwl'), JSON.stringify(tool)),
  )
  const other = await reprise('rerun', id, '--app', 'admin/demo/other', '--set', 'lines=2')
  expect(other).toMatch(/Not reproduced: .*of 1 outputs 1 differ. First: job cut, whose tool, .*inputs\/lines/)
  const changed = /reprise compare (\S+)$/.exec(other)![1]!
  const [code, text] = await ended('compare', changed, id)
  expect(code).toBe(1)
  expect(text).toMatch(/App +admin\/demo\/other\/0 → admin\/demo\/other\/1\nInput +lines: \(nothing\) → 2\n/)
  expect(text).toMatch(/OUTPUT +VERDICT .*\nhead +different +TEXT +line 2: /)
  const verified = await ended('verify', changed)
  expect(verified).toEqual([
    1,
    expect.stringMatching(/not deterministic.*STEP +RUNS +RESULTS +DETERMINISTIC\ncut +2 +2 +no$/s),
  ])
})

test('verify of a batch tells which group did not reproduce', async () => {
  const script = 'echo "$0"; [ "$0" = one ] || head -c 8 /dev/urandom | od -An -tx1'
  const inputs = { word: { type: 'string', inputBinding: {} } }
  const half = { ...tool, baseCommand: ['sh', '-c', script], inputs, outputs: { out: 'stdout' }, stdout: 'out.txt' }
  writeFileSync(join(folder, 'half.json'), JSON.stringify(half))
  await reprise('apps', 'push', 'half.json', 'admin/demo/half')
  const body = { project: 'admin/demo', app: 'admin/demo/half', inputs: { word: ['one', 'two'] } }
  const batch = { batch: true, batch_input: 'word', batch_by: { type: 'ITEM' } }
  const api = createApi({ url: server.url, token })
  const { id } = await api.post<Task>('/tasks', { query: { action: 'run' }, body: { ...body, ...batch } })
  await reprise('task', id, '--wait')
  const [code, text] = await ended('verify', id)
  expect(code).toBe(1)
  expect(text).toMatch(
    /Not reproduced: .*a child did not reproduce\.\n\nGROUP +TASK +WITH +REPRODUCED\ntwo +\S+ +\S+ +no\n/,
  )
  expect(text).toMatch(/STEP +RUNS +RESULTS +DETERMINISTIC\n\S+ +4 +2 +no$/)
})

test('what was pushed is read back as lists, and pushed again it is the same text', async () => {
  await reprise('apps', 'push', 'workflow.cwl', 'admin/demo/again')
  const api = createApi({ url: server.url, token })
  const read = async (revision: number) => (await api.get<App>(`/apps/admin/demo/again/${revision}`)).raw
  const raw = await read(0)
  expect(raw).toMatchObject({
    inputs: [{ id: 'text', type: 'File' }, { id: 'lines' }],
    outputs: [{ id: 'head' }],
    steps: [
      { id: 'cut', in: [{ id: 'text', source: 'text' }, { id: 'lines' }], run: { inputs: [{ id: 'text' }, {}] } },
    ],
  })
  writeFileSync(join(folder, 'again.json'), JSON.stringify(raw, null, 2))
  expect(await reprise('apps', 'push', 'again.json', 'admin/demo/again')).toBe('admin/demo/again/1')
  // of the text without what the platform adds
  expect((await read(1))['sbg:content_hash']).toBe(raw['sbg:content_hash'])
})

test('a name that is taken is refused, and replaced when asked', async () => {
  const path = join(folder, 'notes.txt')
  writeFileSync(path, 'first')
  await reprise('upload', path, '--project', 'admin/demo')
  writeFileSync(path, 'second')
  await expect(reprise('upload', path, '--project', 'admin/demo')).rejects.toThrow(/code 8005/)
  const [file] = JSON.parse(await reprise('upload', path, '--project', 'admin/demo', '--overwrite', '--json'))
  await reprise('download', file.id, '--outdir', 'back')
  expect(readFileSync(join(folder, 'back/notes.txt'), 'utf8')).toBe('second')
})

test('projects are made, edited, found and deleted', async () => {
  expect(await reprise('projects', 'create', 'Leaf RNA', '--tags', 'rna,pilot')).toBe('admin/leaf-rna\tLeaf RNA')
  await reprise('projects', 'edit', 'Leaf RNA', '--description', 'first year', '--set', 'use_memoization=true')
  const project = JSON.parse(await reprise('projects', 'get', 'leaf-rna', '--json'))
  const changed = { description: 'first year', tags: ['rna', 'pilot'], settings: { use_memoization: true } }
  expect(project).toMatchObject(changed)
  expect(await reprise('projects', 'list', '--tag', 'pilot')).toMatch(/admin\/leaf-rna +Leaf RNA .*\n1 project$/)
  expect(await reprise('projects', 'delete', 'leaf-rna', '--yes')).toBe('admin/leaf-rna')
  await expect(reprise('projects', 'get', 'admin/leaf-rna')).rejects.toThrow(/HTTP 404, code 3002/)
})

test('files are kept in order by their paths', async () => {
  await reprise('files', 'mkdir', '--parents', 'admin/demo/reads/first year')
  await reprise('files', 'mkdir', '-p', 'admin/demo/reads/first year')
  const path = 'admin/demo/reads/first year/one.txt'
  await reprise('upload', 'text.txt', '--folder', 'admin/demo/reads/first year', '--name', 'one.txt')
  expect(await reprise('files', 'tag', path, '--add', 'wgs,hg38')).toMatch(/wgs, hg38$/)
  expect(await reprise('files', 'metadata', path, '--set', 'sample_id=S1', '--set', 'lane=1')).toContain(
    'sample_id  S1',
  )
  expect(await reprise('files', 'metadata', path, '--unset', 'lane')).toBe('sample_id  S1')
  expect(await reprise('files', 'list', 'demo')).toMatch(/reads\//)
  const listed = [
    'files',
    'list',
    'admin/demo/reads/first year',
    '--metadata',
    'sample_id=S1',
    '--tag',
    'wgs',
    '--json',
  ]
  expect(JSON.parse(await reprise(...listed))).toMatchObject([{ name: 'one.txt', size: 14, tags: ['wgs', 'hg38'] }])
  await reprise('files', 'rename', path, 'two.txt')
  const [{ path: local }] = JSON.parse(await reprise('download', 'admin/demo/reads', '--outdir', 'tree', '--json'))
  expect(local).toBe('tree/reads/first year/two.txt')
  await expect(reprise('files', 'get', path)).rejects.toThrow(/There is no file or folder/)
  await expect(reprise('files', 'delete', '--yes', 'admin/demo/reads')).rejects.toThrow(/code 5021/)
  await reprise('files', 'delete', '--yes', 'admin/demo/reads/first year/two.txt', 'admin/demo/reads/first year')
  expect(await reprise('files', 'list', 'admin/demo/reads')).toBe('No files')
})

test('a task is made by names and paths, changed, run, listed and cloned', async () => {
  await reprise('upload', 'text.txt', '--project', 'demo', '--name', 'input.txt')
  await reprise('apps', 'push', 'tools/head.cwl', 'admin/demo/top')
  expect(await reprise('apps', 'list', '--project', 'demo', '--fields', 'id')).toContain('admin/demo/top/0')
  expect(await reprise('apps', 'revisions', 'admin/demo/top')).toMatch(/ 0 {2}admin .*\n1 revision$/)
  expect(JSON.parse(await reprise('apps', 'get', 'top', '--project', 'demo', '--raw')).class).toBe('CommandLineTool')

  writeFileSync(join(folder, 'job.yaml'), 'lines: 1\ntext: input.txt\n')
  const made = ['top', '--project', 'demo', '--name', 'by name', '--inputs', 'job.yaml', '--json']
  const draft: Task = JSON.parse(await reprise('tasks', 'create', ...made))
  expect(draft).toMatchObject({ status: 'DRAFT', errors: [], app: 'admin/demo/top/0', inputs: { lines: 1 } })
  expect(await reprise('tasks', 'inputs', 'by name', '--set', 'lines=2')).toMatch(/^lines {2}2$/m)
  expect(await reprise('tasks', 'run', 'by name', '--wait')).toMatch(/^Status {3}COMPLETED/m)
  expect(await reprise('tasks', 'wait', draft.id)).toContain('COMPLETED')
  expect(await reprise('tasks', 'list', '--project', 'demo', '--status', 'completed')).toContain(`${draft.id}  by name`)

  const copy: Task = JSON.parse(await reprise('tasks', 'clone', draft.id, '--set', 'lines=1', '--json'))
  expect(copy).toMatchObject({ status: 'DRAFT', inputs: { lines: 1 } })
  await expect(reprise('tasks', 'get', 'by name')).rejects.toThrow(/is the name of 2 tasks/)
  expect(await reprise('tasks', 'delete', '--yes', copy.id)).toBe(copy.id)
  expect(await reprise('tasks', 'get', draft.id, '--fields', 'id,status')).toBe(
    `id      ${draft.id}\nstatus  COMPLETED`,
  )
})

test('files and folders are copied, moved, found and deleted as a whole', async () => {
  await reprise('projects', 'create', 'archive')
  await reprise('files', 'mkdir', '-p', 'admin/demo/old/deep')
  for (const path of ['admin/demo/old', 'admin/demo/old/deep']) {
    await reprise('upload', 'text.txt', '--folder', path, '--name', 'one.txt')
  }
  expect(await reprise('files', 'copy', 'admin/demo/old/one.txt', 'admin/archive', '--name', 'copy.txt')).toMatch(
    /copy\.txt$/,
  )
  expect(await reprise('files', 'move', 'admin/demo/old/one.txt', 'admin/demo/old/deep', '--name', 'two.txt')).toMatch(
    /two\.txt$/,
  )
  await reprise('files', 'copy', 'admin/demo/old', 'admin/archive')
  const inside = JSON.parse(await reprise('files', 'list', 'admin/archive/old/deep', '--json', '--fields', 'name'))
  expect(inside.map(({ name }: { name: string }) => name).sort()).toEqual(['one.txt', 'two.txt'])
  const found = await reprise(
    'files',
    'search',
    'IN "admin/archive" WHERE type = "FILE" AND name = "two.txt"',
    '--json',
  )
  expect(JSON.parse(found)).toMatchObject([{ name: 'two.txt' }])
  await reprise('files', 'delete', '--recursive', '--yes', 'admin/archive/old')
  expect(await reprise('files', 'list', 'admin/archive', '--fields', 'name')).toBe('NAME\ncopy.txt\n1 file')
})

test('members come, get permissions and go', async () => {
  expect(await reprise('projects', 'members', 'list', 'demo')).toMatch(
    /admin +USER +read, copy, write, execute, admin\n1 member$/,
  )
  await expect(reprise('projects', 'members', 'add', 'demo', 'nobody')).rejects.toThrow(/code 2002/)
  await expect(reprise('projects', 'members', 'remove', '--yes', 'demo', 'admin')).rejects.toThrow(/code 3001/)
})

test('a batch shows its groups, and then its children', async () => {
  await reprise('files', 'mkdir', '-p', 'admin/demo/samples')
  for (const [name, sample] of [
    ['a.txt', 'S1'],
    ['b.txt', 'S2'],
  ] as const) {
    await reprise('upload', 'text.txt', '--folder', 'admin/demo/samples', '--name', name)
    await reprise('files', 'metadata', `admin/demo/samples/${name}`, '--set', `sample_id=${sample}`)
  }
  await reprise('apps', 'push', 'tools/head.cwl', 'admin/demo/each')
  const flags = ['--project', 'demo', '--input', 'text=samples', '--by', 'item', '--set', 'lines=1', '--name', 'each']
  const shown = await reprise('batch', 'each', ...flags, '--run', '--wait')
  expect(shown).toMatch(/^GROUP +FILES\na\.txt +a\.txt\nb\.txt +b\.txt\n2 groups\n/)
  expect(shown).toMatch(/^Status +COMPLETED/m)
  expect(shown).toMatch(/a\.txt +COMPLETED .*\n.* b\.txt +COMPLETED .*\n2 children$/)
  expect(JSON.parse(await reprise('tasks', 'children', 'each', '--json'))).toHaveLength(2)
})
