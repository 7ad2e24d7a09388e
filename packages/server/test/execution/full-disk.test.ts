import { existsSync, writeFileSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cancel, type JobSpecification, resume, stage, start, viewOf } from '@reprise/runner'
import { expect, onTestFinished, test } from 'vitest'
import { appeared } from '../support/appeared.ts'
import { smallDisk } from '../support/small-disk.ts'

const disks = { memory: await smallDisk(8), file: await smallDisk(8, 'file') }

async function staged(disk: string, line: string): Promise<string> {
  const attempt = join(disk, 'attempt')
  const specification: JobSpecification = {
    format: 1,
    path: 'main',
    argv: [line],
    shell: true,
    environment: {},
    stage: [],
    view: viewOf(attempt, 'none'),
    isolation: 'none',
    network: false,
    resources: { cores: 1, ram: 64 },
  }
  await stage(attempt, specification)
  onTestFinished(() => cancel(attempt))
  return attempt
}

/** Takes the last byte. */
function fill(disk: string): void {
  for (const size of [2 ** 20, 4096, 1]) {
    try {
      for (let number = 0; ; number++) writeFileSync(join(disk, `filler-${size}-${number}`), Buffer.alloc(size))
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' })
    }
  }
}

async function outside(): Promise<string> {
  const folder = await fs.mkdtemp(join(tmpdir(), 'reprise-full-'))
  onTestFinished(() => fs.rm(folder, { recursive: true }))
  return folder
}

for (const [kind, disk] of Object.entries(disks)) {
  test.skipIf(!disk)(`the end of a job is written down on a disk that became full while it ran: ${kind}`, async () => {
    onTestFinished(() => disk!.remove())
    const folder = await outside()
    const [begun, go] = [join(folder, 'begun'), join(folder, 'go')]
    const attempt = await staged(disk!.folder, `echo > ${begun}; until [ -e ${go} ]; do sleep 0.01; done; exit 4`)
    const { ended } = start(attempt)
    await appeared(begun)
    fill(disk!.folder)
    await fs.writeFile(go, '')
    const record = await ended
    expect(record).toMatchObject({ exitCode: 4, cpu: expect.any(Number) })
    expect(await resume(attempt)).toEqual(record)
  })
}

test('what could not write down its end, because the disk is full, does not start', async () => {
  const disk = await smallDisk(8)
  if (!disk) return
  onTestFinished(() => disk.remove())
  const ran = join(await outside(), 'ran')
  const attempt = await staged(disk.folder, `: > ${ran}`)
  fill(disk.folder)
  await expect(start(attempt).ended).rejects.toThrow('left no exit record')
  expect(existsSync(ran)).toBe(false)
})
