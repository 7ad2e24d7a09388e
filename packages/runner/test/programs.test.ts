import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MachinePrograms } from '../src/programs.ts'

let folder: string
let programs: MachinePrograms

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'reprise-programs-'))
  fs.mkdirSync(join(folder, 'bin/deep'), { recursive: true })
  fs.writeFileSync(join(folder, 'bin/tool'), 'one')
  fs.writeFileSync(join(folder, 'bin/deep/library'), 'one')
  programs = new MachinePrograms([folder])
})
afterEach(() => {
  programs.close()
  fs.rmSync(folder, { recursive: true })
})

/** Waits for the other fingerprint that there is to be. */
async function another(than: string): Promise<string> {
  for (;;) {
    const now = programs.fingerprint()
    if (now !== than) return now
    await turn()
  }
}

test('it is the same as long as nothing happens, also for who looks anew', () => {
  const first = programs.fingerprint()
  expect(programs.fingerprint()).toBe(first)
  const other = new MachinePrograms([folder])
  expect(other.fingerprint()).toBe(first)
  other.close()
})

test.each<[string, () => void]>([
  ['a program is overwritten', () => fs.writeFileSync(join(folder, 'bin/tool'), 'two, longer')],
  ['one is overwritten by as many bytes', () => fs.writeFileSync(join(folder, 'bin/tool'), 'two')],
  [
    'one is replaced',
    () => {
      fs.writeFileSync(join(folder, 'new'), 'one')
      fs.renameSync(join(folder, 'new'), join(folder, 'bin/tool'))
    },
  ],
  ['one may be executed', () => fs.chmodSync(join(folder, 'bin/tool'), 0o755)],
  ['one is removed', () => fs.rmSync(join(folder, 'bin/tool'))],
  ['one comes', () => fs.writeFileSync(join(folder, 'bin/other'), '')],
  ['one deep in a folder is other', () => fs.appendFileSync(join(folder, 'bin/deep/library'), 'x')],
  ['a folder comes', () => fs.mkdirSync(join(folder, 'lib'))],
  ['a link comes', () => fs.symlinkSync('bin', join(folder, 'sbin'))],
])('it is another one when %s, and is watched on', async (_what, change) => {
  const first = programs.fingerprint()
  change()
  const second = await another(first)
  fs.writeFileSync(join(folder, 'bin/deep/last'), '')
  await another(second)
})
