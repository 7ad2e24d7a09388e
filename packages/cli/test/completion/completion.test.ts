import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { type Scripted, startScripted } from '../client/scripted-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'completion-'))
symlinkSync(join(import.meta.dirname, '../../../../bin/reprise'), join(folder, 'reprise'))
afterAll(() => rmSync(folder, { recursive: true }))

let server: Scripted

beforeEach(async () => {
  server = await startScripted()
})
afterEach(() => server.close())

const reads = { id: 'd'.repeat(24), name: 'my reads', type: 'folder', project: 'ana/rna' }

/** What bash offers for the words of a line, the last of which is being written. */
async function offered(words: string[], more: Record<string, string> = {}): Promise<string[]> {
  const script = `source <(reprise completion bash)
    compopt() { echo "compopt $*"; }
    COMP_WORDS=(reprise "$@") COMP_CWORD=$#
    _reprise
    printf '%s\\n' "\${COMPREPLY[@]}"`
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, SB_API_ENDPOINT: server.url, SB_AUTH_TOKEN: 'x' }
  const options = { env: { ...env, ...more } }
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', script, 'bash', ...words], options)
  expect(stderr).toBe('')
  return stdout.split('\n').filter(line => line !== '')
}

test('commands and options are completed from what there is', async () => {
  expect(await offered(['ta'])).toEqual(['tasks', 'task'].sort())
  expect(await offered(['tasks', 'cl'])).toEqual(['clone'])
  expect(await offered(['projects', 'members', 'r'])).toEqual(['remove'])
  expect(await offered(['tasks', 'list', '--cre'])).toEqual(['--created-from', '--created-to'])
  expect(await offered(['tasks', 'list', '--order', ''])).toEqual(['asc', 'desc'])
  expect(server.calls).toEqual([])
})

test('projects, apps and tasks are asked from the server', async () => {
  server.page('GET /projects?limit=100&fields=id,name', [
    { id: 'ana/rna', name: 'RNA' },
    { id: 'kim/dna', name: 'DNA' },
  ])
  server.page('GET /apps?limit=100&project=ana/rna&fields=id,name', [{ id: 'ana/rna/align/3', name: 'Align' }])
  const task = { id: '0b8e63c5-3d20-4f1e-8a2f-3f6d3a6f9d11', name: 'align S17', status: 'FAILED' }
  server.page('GET /tasks?order_by=created_time&order=desc&fields=id,name,status&limit=100', [task])
  expect(await offered(['tasks', 'create', '--project', 'a'])).toEqual(['ana/rna'])
  expect(await offered(['projects', 'get', ''])).toEqual(['ana/rna', 'kim/dna'])
  expect(await offered(['projects', 'get', ''], { COMP_TYPE: '63' })).toEqual(['ana/rna  (RNA)', 'kim/dna  (DNA)'])
  expect(await offered(['tasks', 'create', '--project', 'ana/rna', ''])).toEqual(['ana/rna/align'])
  expect(await offered(['rerun', '0'])).toEqual([task.id])
})

test('a path goes on folder by folder, with blanks as a shell writes them', async () => {
  server.page('GET /projects?limit=100&fields=id,name', [{ id: 'ana/rna', name: 'RNA' }])
  server.script['GET /projects/ana/rna'] = [[200, { id: 'ana/rna', root_folder: 'e'.repeat(24) }]]
  server.script[`GET /files/${'e'.repeat(24)}`] = [[200, { id: 'e'.repeat(24), type: 'folder' }]]
  server.page(`GET /files?limit=100&parent=${'e'.repeat(24)}&fields=id,name,type`, [reads])
  server.page('GET /files?limit=100&project=ana/rna&name=my reads&fields=_all', [reads])
  server.page(`GET /files?limit=100&parent=${reads.id}&fields=id,name,type`, [{ name: 'a b.bam', type: 'file' }])
  expect(await offered(['files', 'get', 'an'])).toEqual(['compopt -o nospace', 'ana/rna/'])
  expect(await offered(['files', 'get', 'ana/rna/m'])).toEqual(['compopt -o nospace', 'ana/rna/my\\ reads/'])
  expect(await offered(['files', 'get', 'ana/rna/my\\ reads/'])).toEqual(['ana/rna/my\\ reads/a\\ b.bam'])
})

test('files of this machine are left to the shell', async () => {
  expect(await offered(['upload', 'x'])).toEqual(['compopt -o default'])
  expect(await offered(['tasks', 'create', 'a/b/c', '--inputs', 'x'])).toEqual(['compopt -o default'])
})

test('whatever goes wrong is silence, and no answer is waited for long', async () => {
  expect(await offered(['projects', 'get', ''])).toEqual([])
  expect(await offered(['projects', 'get', ''], { SB_AUTH_TOKEN: '', HOME: folder })).toEqual([])
  server.http.removeAllListeners('request')
  expect(await offered(['projects', 'get', ''])).toEqual([])
})
