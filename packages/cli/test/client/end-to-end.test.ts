import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Server, startServer } from '@reprise/server/serve'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApi } from '../../src/client/api.ts'
import type { Task } from '../../src/client/shapes.ts'

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
