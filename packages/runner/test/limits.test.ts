import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { groups } from '../src/groups/find.ts'
import { jobUser } from '../src/index.ts'
import { runLine, runLineAttached } from './job.ts'

const isRoot = jobUser() !== undefined
if (!isRoot) console.log('Tests of the limit of processes are skipped: only root has a user for jobs.')

const BOMB = 'i=0; while [ $i -lt 500 ]; do sleep 600 & i=$((i+1)); done; echo all'

test.runIf(isRoot).each([runLine, runLineAttached])(
  'a fork bomb in the sandbox is stopped and the record comes',
  async run => {
    const { attempt, record } = await run('sandbox', BOMB, { processLimit: 50 })
    expect(record.exitCode).not.toBe(0)
    expect(await readFile(join(attempt, 'stdout.log'), 'utf8')).toBe('')
    expect(await readFile(join(attempt, 'stderr.log'), 'utf8')).toMatch(/fork/)
  },
  60_000,
)

test.runIf(isRoot && !groups().folders.pids)('every job in the sandbox has a limit of processes', async () => {
  const { attempt } = await runLine('sandbox', 'grep "Max processes" /proc/self/limits')
  const [, soft, hard] = /processes +(\d+) +(\d+)/.exec(await readFile(join(attempt, 'stdout.log'), 'utf8'))!
  expect(Number(soft)).toBeGreaterThanOrEqual(2048)
  expect(hard).toBe(soft)
})
