import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Scripted, startScripted } from './scripted-server.ts'

const task = '0b8e63c5-3d20-4f1e-8a2f-3f6d3a6f9d11'
const fileId = '5f2c0a1be4b0aa10e77c0001'
const folderId = '5f2c0a1be4b0aa10e77c0002'
const rootId = '5f2c0a1be4b0aa10e77c0003'

let server: Scripted

beforeEach(async () => {
  server = await startScripted()
  server.script[`GET /files/${fileId}`] = [[200, file]]
  server.script[`GET /files/${folderId}`] = [[200, folder]]
  server.script['GET /projects/kim/dna'] = [[200, { id: 'kim/dna', root_folder: rootId }]]
  server.script[`GET /files/${rootId}`] = [[200, { id: rootId, name: 'dna', type: 'folder', project: 'kim/dna' }]]
})
afterEach(() => server.close())

const file = { id: fileId, name: 'a.bam', type: 'file', project: 'ana/rna', tags: ['x', 'y'] }
const folder = { id: folderId, name: 'old', type: 'folder', project: 'ana/rna' }

/** The calls that changed something. */
const changes = () => server.calls.filter(({ call }) => !call.startsWith('GET')).map(({ call, body }) => [call, body])

test('what can not be undone is not done without a terminal and without --yes', async () => {
  const commands = [
    ['tasks', 'delete', task],
    ['tasks', 'abort', task],
    ['files', 'delete', fileId],
    ['projects', 'delete', 'ana/rna'],
    ['projects', 'members', 'remove', 'ana/rna', 'kim'],
  ]
  for (const command of commands) {
    const { code, stderr } = await server.run(...command)
    expect([code, stderr], command.join(' ')).toEqual([
      1,
      expect.stringMatching(/\? Give --yes to do it without being asked\.\n$/),
    ])
  }
  expect(changes()).toEqual([])
})

test('with --yes it is done', async () => {
  const calls = [
    `DELETE /tasks/${task}`,
    `DELETE /files/${fileId}`,
    'DELETE /projects/ana/rna',
    'DELETE /projects/ana/rna/members/kim',
  ]
  for (const call of calls) server.script[call] = [[204, '']]
  expect((await server.run('tasks', 'delete', task, '--yes', '--json')).stdout).toContain(task)
  expect((await server.run('files', 'delete', fileId, '--yes')).stdout).toBe(`${fileId}\ta.bam\n`)
  await server.run('projects', 'delete', 'ana/rna', '--yes')
  await server.run('projects', 'members', 'remove', 'ana/rna', 'kim', '--yes')
  expect(changes()).toEqual(calls.map(call => [call, undefined]))
})

test('a file is copied and moved by a call each, into a folder or the root of a project', async () => {
  server.script[`POST /files/${fileId}/actions/copy`] = [[201, { ...file, id: 'c', name: 'b.bam' }]]
  server.script[`POST /files/${fileId}/actions/move`] = [[200, file]]
  const copied = await server.run('files', 'copy', fileId, 'kim/dna', '--name', 'b.bam')
  expect(copied).toMatchObject({ stdout: 'c\tb.bam\n', code: 0 })
  await server.run('files', 'move', fileId, folderId)
  expect(changes()).toEqual([
    [`POST /files/${fileId}/actions/copy`, { parent: rootId, name: 'b.bam' }],
    [`POST /files/${fileId}/actions/move`, { parent: folderId }],
  ])
})

test('folders, and what leaves its project, are moved by the server in one job that is waited for', async () => {
  const job = { id: 'j1', type: 'MOVE', state: 'SUBMITTED', total_files: 0 }
  server.script['POST /async/files/move'] = [[202, job]]
  server.script['GET /async/files/move/j1'] = [
    [200, { ...job, state: 'RUNNING', total_files: 2, completed_files: 1 }],
    [200, { ...job, state: 'FINISHED', result: [{ resource: { ...file, project: 'kim/dna' } }] }],
  ]
  const { stdout, code } = await server.run('files', 'move', fileId, folderId, 'kim/dna')
  expect([stdout, code]).toEqual([`${fileId}\ta.bam\n`, 0])
  const items = [fileId, folderId].map(id => ({ file: id, parent: rootId }))
  expect(changes()).toEqual([['POST /async/files/move', { items }]])
})

test('what a job could not do is told, and ends the command with 1', async () => {
  const error = { status: 403, code: 10226, message: 'No right to the source.' }
  server.script['POST /async/files/delete'] = [[202, { id: 'j2', state: 'FINISHED', result: [{ error }] }]]
  const { stderr, code } = await server.run('files', 'delete', '--recursive', '--yes', folderId)
  expect([stderr, code]).toEqual([
    'reprise: The server could not delete everything:\n  No right to the source. (code 10226)\n',
    1,
  ])
  expect(changes()).toEqual([['POST /async/files/delete', { items: [{ file: folderId }] }]])
})

test('tags are added and taken away; what is so already is not sent', async () => {
  server.script[`PUT /files/${fileId}/tags`] = [[200, ['y', 'wgs']]]
  const { stdout } = await server.run('files', 'tag', fileId, '--add', 'wgs,y', '--remove', 'x')
  expect(stdout).toBe(`${fileId}\ta.bam\ty, wgs\n`)
  await server.run('files', 'tag', fileId, '--add', 'x')
  expect(changes()).toEqual([[`PUT /files/${fileId}/tags`, ['y', 'wgs']]])
})

test('metadata are shown, merged and replaced', async () => {
  const path = `/files/${fileId}/metadata`
  for (const method of ['GET', 'PATCH', 'PUT']) server.script[`${method} ${path}`] = [[200, { lane: '1' }]]
  expect((await server.run('files', 'metadata', fileId)).stdout).toBe('lane  1\n')
  await server.run('files', 'metadata', fileId, '--set', 'lane=1', '--unset', 'note')
  await server.run('files', 'metadata', fileId, '--set', 'lane=1', '--replace')
  expect(changes()).toEqual([
    [`PATCH ${path}`, { lane: '1', note: null }],
    [`PUT ${path}`, { lane: '1' }],
  ])
})

test('folders are made one below the other, and may be there with --parents', async () => {
  const taken = { status: 409, code: 5030, message: 'There is a folder reads.' }
  server.script['POST /files'] = [
    [409, taken],
    [201, { ...folder, name: '2026' }],
  ]
  server.page(`GET /files?limit=100&parent=${rootId}&name=reads`, [{ ...folder, name: 'reads' }])
  expect(await server.run('files', 'mkdir', '--parents', 'kim/dna/reads/2026')).toMatchObject({ code: 0 })
  expect(changes()).toEqual([
    ['POST /files', { name: 'reads', type: 'folder', parent: rootId }],
    ['POST /files', { name: '2026', type: 'folder', parent: folderId }],
  ])
})

test('a search goes on by its token until there are enough', async () => {
  const found = (n: number) => ({ id: `f${n}`, name: `${n}.bam`, type: 'FILE', tags: [] })
  server.script['POST /files/search?limit=3'] = [
    [200, { count: 2, cont_token: 'abc', result_set: [found(1), found(2)] }],
  ]
  server.script['POST /files/search?limit=1&cont_token=abc'] = [
    [200, { count: 1, cont_token: 'def', result_set: [found(3)] }],
  ]
  const { stdout } = await server.run('files', 'search', 'IN "a/b"', '--limit', '3')
  expect(stdout).toBe('ID  NAME   TYPE  TAGS\nf1  1.bam  file\nf2  2.bam  file\nf3  3.bam  file\n3 files\n')
  expect(changes()[0]?.[1]).toEqual({ query: 'IN "a/b"' })
})

test('a project is made and edited by what is given alone', async () => {
  server.script['POST /projects'] = [[201, { id: 'ana/leaf', name: 'Leaf' }]]
  server.script['PATCH /projects/ana/leaf'] = [[200, { id: 'ana/leaf', name: 'Leaf 2' }]]
  const created = await server.run('projects', 'create', 'Leaf', '--tags', 'rna,pilot', '--set', 'use_memoization=true')
  expect(created.stdout).toBe('ana/leaf\tLeaf\n')
  await server.run('projects', 'edit', 'ana/leaf', '--name', 'Leaf 2')
  expect((await server.run('projects', 'edit', 'ana/leaf')).stderr).toBe('reprise: Nothing to change was given.\n')
  expect(changes()).toEqual([
    ['POST /projects', { name: 'Leaf', tags: ['rna', 'pilot'], settings: { use_memoization: true } }],
    ['PATCH /projects/ana/leaf', { name: 'Leaf 2' }],
  ])
})

test('members are listed, added, and given and denied permissions', async () => {
  const permissions = { read: true, copy: true, write: false, execute: false, admin: false }
  const members = '/projects/ana/rna/members'
  server.page(`GET ${members}?limit=50&fields=_all`, [{ username: 'kim', type: 'USER', permissions }])
  server.script[`POST ${members}`] = [[201, { username: 'kim', permissions }]]
  for (const method of ['PUT', 'PATCH']) server.script[`${method} ${members}/kim/permissions`] = [[200, permissions]]
  const list = await server.run('projects', 'members', 'list', 'ana/rna')
  expect(list.stdout).toBe('USER  TYPE  PERMISSIONS\nkim   USER  read, copy\n1 member\n')
  await server.run('projects', 'members', 'add', 'ana/rna', 'kim', '--permissions', 'copy')
  await server.run('projects', 'members', 'add', 'ana/rna', 'kim@host', '--email').catch(() => {})
  await server.run('projects', 'members', 'set', 'ana/rna', 'kim', '--permissions', 'copy')
  await server.run('projects', 'members', 'set', 'ana/rna', 'kim', '--grant', 'write', '--revoke', 'copy,admin')
  expect(changes()).toEqual([
    [`POST ${members}`, { username: 'kim', permissions }],
    [`POST ${members}`, { email: 'kim@host', permissions: { ...permissions, copy: false } }],
    [`PUT ${members}/kim/permissions`, permissions],
    [`PATCH ${members}/kim/permissions`, { write: true, copy: false, admin: false }],
  ])
  const wrong = await server.run('projects', 'members', 'add', 'ana/rna', 'kim', '--permissions', 'fly')
  expect(wrong.stderr).toBe('reprise: "fly" is no permission. There are: read, copy, write, execute, admin.\n')
})

test('an app is copied with its strategy, synchronised by its id without a revision, and its revisions are told', async () => {
  server.script['POST /apps/a/b/align/3/actions/copy'] = [[201, { id: 'kim/dna/align/0', raw: {} }]]
  server.script['POST /apps/kim/dna/align/actions/sync'] = [[200, { id: 'kim/dna/align/1', raw: {} }]]
  const info = [{ 'sbg:revision': 0, 'sbg:modifiedBy': 'kim', 'sbg:modifiedOn': 1767225600, 'sbg:revisionNotes': null }]
  server.script['GET /apps/kim/dna/align'] = [[200, { raw: { 'sbg:revisionsInfo': info } }]]
  const copied = await server.run('apps', 'copy', 'a/b/align/3', 'kim/dna', '--strategy', 'direct')
  expect(copied.stdout).toBe('kim/dna/align/0\n')
  expect((await server.run('apps', 'sync', 'kim/dna/align/0')).stdout).toBe('kim/dna/align/1\n')
  expect((await server.run('apps', 'revisions', 'kim/dna/align')).stdout).toBe(
    'REVISION  BY   MADE                  NOTES\n       0  kim  2026-01-01T00:00:00Z\n1 revision\n',
  )
  expect(changes()).toEqual([
    ['POST /apps/a/b/align/3/actions/copy', { project: 'kim/dna', strategy: 'direct' }],
    ['POST /apps/kim/dna/align/actions/sync', undefined],
  ])
})
