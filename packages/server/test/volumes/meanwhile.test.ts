import { dirname } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Api, type Client, type Json, startApi } from '../support/api.ts'
import { AllowedFolder } from '../support/folder.ts'
import { runTransfers } from '../support/transfers.ts'

/** What changed between the call that accepted a job and the job: each has the code of a job, not that of the call. */
let api: Api
let kim: Client
let lee: Client
let allowed: AllowedFolder
let volume: { id: string; href: string }
let project: string
let file: string

beforeAll(async () => {
  allowed = await AllowedFolder.make()
  api = await startApi({}, { allowPaths: [allowed.path] })
  kim = await api.user('kim')
  lee = await api.user('lee')
})
afterAll(async () => {
  await api.close()
  await allowed.remove()
})

beforeEach(async () => {
  volume = await allowed.volume(lee, { 'a.txt': 'x' })
  await lee.post(`${volume.href}/members`, { username: 'kim', permissions: { copy: true, write: true } })
  project = await lee.project('Shared')
  await lee.post(`/projects/${project}/members`, { username: 'kim', permissions: { write: true, copy: true } })
  file = await lee.upload({ project }, 'file.txt', 'bytes')
})

/** Accepts a job, lets it die before anything of it is written, changes something, and runs it again. */
async function codeAfter(kind: 'import' | 'export', change: () => Promise<unknown>): Promise<unknown> {
  const accepted =
    kind === 'import'
      ? { import: { source: { volume: volume.id, location: 'a.txt' }, destination: { project } } }
      : { export: { source: { file }, destination: { volume: volume.id, location: 'out.txt' } } }
  const program = { folder: dirname(api.uploadsFolder), allowed: allowed.path }
  expect(await runTransfers({ ...program, failpoint: 'before-progress', accepted })).toBe('SIGKILL')
  await change()
  expect(await runTransfers({ ...program, failpoint: '' })).toBe(null)
  const [job] = (await kim.get(`/storage/${kind}s?volume=${volume.id}`)).body.items
  expect(job!.state).toBe('FAILED')
  return (job!.error as unknown as Json).code
}

const members = () => `${volume.href}/members/kim`
const force = { active: false }

test.each<[string, 'import' | 'export', number, () => Promise<unknown>]>([
  ['the volume does not show itself any more', 'import', 9104, () => lee.delete(members())],
  [
    'nothing may be taken from the volume',
    'import',
    9020,
    () => lee.patch(`${members()}/permissions`, { copy: false }),
  ],
  ['the volume was put to sleep', 'import', 9103, () => lee.patch(`${volume.href}?force=true`, force)],
  ['the project does not show itself any more', 'import', 9102, () => lee.delete(`/projects/${project}/members/kim`)],
  [
    'nothing may be written to the project',
    'import',
    9102,
    () => lee.patch(`/projects/${project}/members/kim/permissions`, { write: false }),
  ],
  ['the volume became read-only', 'export', 9101, () => lee.patch(volume.href, { access_mode: 'RO' })],
  ['the file was deleted', 'export', 9106, () => lee.delete(`/files/${file}`)],
  [
    'the file may not be changed any more',
    'export',
    9109,
    () => lee.patch(`/projects/${project}/members/kim/permissions`, { write: false }),
  ],
])('%s: the %s fails with %i', async (_, kind, code, change) => {
  expect(await codeAfter(kind, change)).toBe(code)
})

test('a volume with jobs on their way is put to sleep by force only', async () => {
  const program = { folder: dirname(api.uploadsFolder), allowed: allowed.path }
  const accepted = { import: { source: { volume: volume.id, location: 'a.txt' }, destination: { project } } }
  await runTransfers({ ...program, failpoint: 'before-progress', accepted })
  const refused = await lee.patch(volume.href, force)
  expect([refused.status, refused.body.code]).toEqual([409, 90007])
  expect(refused.body.message).toContain('force=true')
  expect((await lee.patch(`${volume.href}?force=True`, force)).body.active).toBe(false)
})
