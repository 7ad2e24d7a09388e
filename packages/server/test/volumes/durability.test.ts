import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Api, type Client, startApi } from '../support/api.ts'
import { AllowedFolder } from '../support/folder.ts'
import { runTransfers } from '../support/transfers.ts'

let api: Api
let kim: Client
let allowed: AllowedFolder
let project: string
let root: string

beforeEach(async () => {
  allowed = await AllowedFolder.make()
  api = await startApi({}, { allowPaths: [allowed.path] })
  kim = await api.user('kim')
  project = await kim.project('Durable')
  root = (await kim.get(`/projects/${project}`)).body.root_folder
})
afterEach(async () => {
  await api.close()
  await allowed.remove()
})

/** Runs the program beside the API, which runs no operations meanwhile; gives the signal that killed it. */
async function run(failpoint: string, accepted: object = {}): Promise<string | null> {
  return await runTransfers({ folder: dirname(api.uploadsFolder), allowed: allowed.path, failpoint, accepted })
}

async function transfer() {
  return await api.database.read.selectFrom('transfers').selectAll().executeTakeFirstOrThrow()
}

describe('kill -9 in an import of 250 files', () => {
  test.each([
    ['before-progress:1', 'after-progress:1'],
    ['after-progress:1', 'before-progress:2'],
    ['before-progress:3', 'before-progress:1'],
    ['after-progress:4', ''],
  ])('at %s and then at %s: each is there once', async (first, second) => {
    const files = Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`many/${n % 5}/f${n}.txt`, String(n)]))
    const { id } = await allowed.volume(kim, files)
    const accepted = { import: { source: { volume: id, location: 'many/' }, destination: { project } } }
    expect(await run(first, accepted)).toBe('SIGKILL')
    await run(second)
    expect(await run('')).toBe(null)
    expect(await transfer()).toMatchObject({ state: 'COMPLETED', code: null })
    const rows = await api.database.read.selectFrom('files').selectAll().where('type', '=', 'file').execute()
    expect(new Set(rows.map(row => row.name)).size).toBe(250)
    expect(rows).toHaveLength(250)
    const folders = await api.database.read.selectFrom('files').selectAll().where('type', '=', 'folder').execute()
    expect(
      folders
        .filter(({ id }) => id !== root)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['0', '1', '2', '3', '4', 'many'])
  })
})

describe('kill -9 in an export to a folder', () => {
  test.each([['after-part'], ['before-progress'], ['after-progress']])('at %s: the file is there once', async point => {
    const { id, path } = await allowed.volume(kim)
    const file = await kim.upload({ project }, 'a.txt', 'x'.repeat(10_000))
    const accepted = { export: { source: { file }, destination: { volume: id, location: 'out/a.txt' } } }
    expect(await run(point, accepted)).toBe('SIGKILL')
    expect(await run('')).toBe(null)
    expect(await transfer()).toMatchObject({ state: 'COMPLETED', code: null, result: file })
    expect(await readdir(join(path, 'out'))).toEqual(['a.txt'])
    expect(await readFile(join(path, 'out/a.txt'), 'utf8')).toBe('x'.repeat(10_000))
    expect((await kim.get(`/files/${file}`)).body).toMatchObject({ storage: { type: 'VOLUME', volume: id } })
  })
})
