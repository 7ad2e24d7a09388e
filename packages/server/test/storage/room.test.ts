import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { roomIn } from '../../src/storage/room.ts'

const run = promisify(execFile)
const MIB = 2 ** 20
const isRoot = process.getuid?.() === 0

test('a twentieth of a disk is kept for the server', async context => {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-room-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const mounted = isRoot && (await run('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'reprise', folder]).then(yes, no))
  if (!mounted) return context.skip('only root can mount a small disk')
  onTestFinished(async () => void (await run('umount', [folder])))
  expect(await roomIn(folder)).toBe(19 * MIB)
  await writeFile(join(folder, 'jobs'), Buffer.alloc(18 * MIB))
  expect(await roomIn(folder)).toBe(MIB)
  await writeFile(join(folder, 'more'), Buffer.alloc(1.5 * MIB))
  expect(await roomIn(folder)).toBe(0)
})

const yes = () => true
const no = () => false
