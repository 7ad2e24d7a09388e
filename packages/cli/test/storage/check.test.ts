import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const REPRISE = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

async function reprise(folder: string, ...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [...process.execArgv, REPRISE, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, REPRISE_DATA: folder },
  })
  const texts = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', data => {
      texts[stream] += data
    })
  }
  const [code] = await once(child, 'close')
  return { code, ...texts }
}

test('storage check says what rows and files have alone, mends what can be, and exits with 1 for the rest', async () => {
  await using temporary = await fs.mkdtempDisposable(join(tmpdir(), 'reprise-storage-'))
  const folder = temporary.path
  expect((await reprise(folder, 'user', 'add', 'kim')).code).toBe(0)
  expect(await reprise(folder, 'storage', 'check')).toMatchObject({
    code: 0,
    stdout: 'Rows and files of the store agree.\n',
  })

  const rows = new DatabaseSync(join(folder, 'reprise.sqlite'))
  for (const id of ['needed', 'forgotten']) {
    rows.exec(`insert into contents (id, size, created) values ('${id}', 5, 1)`)
  }
  rows.exec("insert into holders (content, holder) values ('needed', 'file:1')")
  rows.close()
  const stray = join(folder, 'store', 'ay', 'stray')
  await fs.mkdir(join(stray, '..'), { recursive: true })
  await fs.writeFile(stray, 'abc')

  const listed = await reprise(folder, 'storage', 'check')
  expect(listed.code).toBe(1)
  expect(listed.stdout.split('\n').sort()).toEqual([
    '',
    '3 found, 0 mended, 1 may be on their way, 2 left',
    'missing forgotten: 5 bytes, the file is not there',
    'missing needed: 5 bytes, the file is not there, needed by file:1',
    `unknown ${stray}: 3 bytes that no row wants, younger than a day`,
  ])
  expect(listed.stderr).toContain('--fix')

  const mended = await reprise(folder, 'storage', 'check', '--fix')
  expect(mended.stdout).toContain('missing forgotten: 5 bytes, the file is not there, mended')
  expect(mended.stdout).toContain('3 found, 1 mended, 1 may be on their way, 1 left')
  const again = await reprise(folder, 'storage', 'check')
  expect(again).toMatchObject({ code: 1, stdout: expect.stringContaining('2 found') })
})

test('storage check of no data folder makes none', async () => {
  await using temporary = await fs.mkdtempDisposable(join(tmpdir(), 'reprise-storage-'))
  const none = join(temporary.path, 'none')
  const answer = await reprise(none, 'storage', 'check')
  expect(answer).toMatchObject({ code: 1, stderr: expect.stringContaining(`there is no data folder ${none} (--data)`) })
  await expect(fs.stat(none)).rejects.toThrow('ENOENT')
})
