import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { findGroups, groups } from '../src/groups/find.ts'
import { makeGroup, readGroup, removeGroup, sweepGroups } from '../src/groups/group.ts'
import { cancel, stage, start } from '../src/index.ts'
import { job, runLine, runLineAttached, temporaryFolder } from './job.ts'

const { folders } = groups()
const missing = (['memory', 'pids', 'cpu'] as const).filter(name => !folders[name])
if (missing.length > 0)
  console.log(`Tests of limits by control groups are skipped: this machine has none of ${missing}.`)

const log = (attempt: string, name = 'stdout') => readFile(join(attempt, `${name}.log`), 'utf8')
const MEMORY_LINES = [
  ['its own', 'head -c 300M /dev/zero | tail -c 300M >/dev/null'],
  ['shared memory', 'head -c 300M /dev/zero >/dev/shm/big'],
  [
    'a file in memory',
    `python3 -c 'import os, mmap; f = os.memfd_create("m"); [os.write(f, bytes(2**20)) for _ in range(300)]'`,
  ],
  [
    'a shared mapping',
    `python3 -c 'import mmap; m = mmap.mmap(-1, 300*2**20); [m.write(bytes(2**20)) for _ in range(300)]'`,
  ],
  [
    'many processes',
    'for i in 1 2 3 4 5 6; do (head -c 50M /dev/zero | tail -c 50M >/dev/null; exit) & done; wait; [ $(cat /proc/self/status | wc -l) = 0 ]',
  ],
]

describe.runIf(missing.length === 0).each([
  ['staged', runLine],
  ['attached', runLineAttached],
])('a job in the sandbox, %s', (_, run) => {
  test.each(MEMORY_LINES)(
    'gets no more memory than its limit: %s',
    async (_kind, line) => {
      const { record } = await run('sandbox', line!, { memoryLimit: 100 })
      expect(record.exitCode).not.toBe(0)
      expect(record.memory).toBeLessThanOrEqual(100 * 2 ** 20)
    },
    60_000,
  )

  test('whose memory ran out is told from others, with what it used', async () => {
    const greedy = await run('sandbox', MEMORY_LINES[0]![1]!, { memoryLimit: 100 })
    expect(greedy.record).toMatchObject({ outOfMemory: true })
    const modest = await run('sandbox', 'head -c 30M /dev/zero | tail -c 30M >/dev/null; exit 3', { memoryLimit: 100 })
    expect(modest.record).toMatchObject({ exitCode: 3 })
    expect(modest.record.outOfMemory).toBeUndefined()
    expect(modest.record.memory).toBeGreaterThan(30 * 2 ** 20)
  })

  test('leaves no group behind', async () => {
    const { attempt } = await run('sandbox', 'grep -c reprise /proc/self/cgroup')
    expect(await log(attempt)).toBe('0\n')
    const name = `reprise-${createHash('sha256').update(attempt).digest('hex').slice(0, 24)}`
    const left = () => Object.values(folders).filter(folder => existsSync(join(folder, name)))
    while (left().length > 0) await new Promise(setImmediate)
  })
})

test.runIf(missing.length === 0)(
  'a job full of processes keeps no other from starting some',
  async () => {
    const attempt = join(await temporaryFolder(), 'attempt')
    const line = '(for i in $(seq 500); do sleep 600 & done); sleep 600'
    await stage(attempt, job(attempt, 'sandbox', { argv: [line], shell: true, processLimit: 60 }))
    const { ended } = start(attempt)
    ended.catch(() => undefined)
    const full = async () => (await log(attempt, 'stderr').catch(() => '')).includes('fork')
    while (!(await full())) await new Promise(setImmediate)
    const other = await runLine('sandbox', 'for i in $(seq 100); do /bin/true & done; wait; echo all')
    expect(await log(other.attempt)).toBe('all\n')
    await cancel(attempt)
  },
  120_000,
)

describe('control groups of version 2', () => {
  /** A folder as the kernel shows one: nothing here makes files by itself. */
  async function hierarchy(path: string) {
    const mount = await temporaryFolder()
    for (const folder of new Set(['', path, 'reprise'])) {
      await mkdir(join(mount, folder), { recursive: true })
      await writeFile(join(mount, folder, 'cgroup.controllers'), 'cpu io memory pids\n')
      for (const name of ['cgroup.subtree_control', 'cgroup.procs']) await writeFile(join(mount, folder, name), '')
    }
    return mount
  }

  test('delegated by systemd: ours move into a leaf, jobs get groups beside it', async () => {
    const mount = await hierarchy('system.slice/reprise.service')
    const service = join(mount, 'system.slice/reprise.service')
    await writeFile(join(service, 'cgroup.procs'), '42\n')
    const found = findGroups({ mount, own: '0::/system.slice/reprise.service\n', pid: 42, isRoot: false })
    expect(found).toEqual({ version: 2, folders: { memory: service, pids: service, cpu: service } })
    expect(await readFile(join(service, 'reprise-server/cgroup.procs'), 'utf8')).toBe('42')
  })

  test('delegated with a subgroup: ours are in the leaf already', async () => {
    const mount = await hierarchy('system.slice/reprise.service')
    const service = join(mount, 'system.slice/reprise.service')
    const own = '0::/system.slice/reprise.service/reprise-server\n'
    expect(findGroups({ mount, own, pid: 42, isRoot: false }).folders.memory).toBe(service)
  })

  test('groups that a killed server left are removed, those in use and new ones stay', async () => {
    const mount = await hierarchy('')
    const found = findGroups({ mount, own: '0::/\n', pid: 42, isRoot: true })
    const left = ['a', 'b'].map(attempt => join(makeGroup(attempt, { pids: 1, cores: 1 }, found).join[0]!, '..'))
    await writeFile(join(left[0]!, 'cgroup.procs'), '1\n')
    sweepGroups(found)
    expect(left.map(folder => existsSync(folder))).toEqual([true, true])
    sweepGroups(found, 0)
    expect(left.map(folder => existsSync(folder))).toEqual([true, false])
  })

  test('not delegated: root has a group at the top, others have none', async () => {
    const mount = await hierarchy('user.slice/session')
    await writeFile(join(mount, 'user.slice/session/cgroup.procs'), '1\n42\n')
    const own = '0::/user.slice/session\n'
    const top = join(mount, 'reprise')
    expect(findGroups({ mount, own, pid: 42, isRoot: true }).folders).toEqual({ memory: top, pids: top, cpu: top })
    expect(findGroups({ mount, own, pid: 42, isRoot: false }).folders).toEqual({})
  })

  test('a job’s group has its limits, and tells what was used', async () => {
    const mount = await hierarchy('')
    const found = findGroups({ mount, own: '0::/\n', pid: 42, isRoot: true })
    const made = makeGroup('/attempt', { memory: 2 ** 27, pids: 100, cores: 1.5 }, found)
    const folder = join(made.join[0]!, '..')
    for (const name of ['memory.max', 'memory.swap.max', 'memory.oom.group', 'pids.max', 'cpu.max'])
      await writeFile(join(folder, name), '')
    makeGroup('/attempt', { memory: 2 ** 27, pids: 100, cores: 1.5 }, found)
    const said = await Promise.all(
      ['memory.max', 'memory.swap.max', 'memory.oom.group', 'pids.max', 'cpu.max'].map(name =>
        readFile(join(folder, name), 'utf8'),
      ),
    )
    expect(said).toEqual([String(2 ** 27), '0', '1', '100', '150000 100000'])
    await writeFile(join(folder, 'memory.peak'), '1000\n')
    await writeFile(join(folder, 'memory.events'), 'low 0\noom 1\noom_kill 1\n')
    expect(readGroup(made)).toEqual({ peak: 1000, outOfMemory: true })
  })
})

test('a group that is to be removed and is needed again stays', async () => {
  const folder = await temporaryFolder()
  const found = { version: 2, folders: { memory: folder } } as const
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const { join: files } = makeGroup('/attempt', { pids: 1, cores: 1 }, found)
  const group = dirname(files[0]!)
  // as the kernel keeps a group whose processes are not quite dead
  await writeFile(join(group, 'process'), '')
  removeGroup('/attempt', found)
  await rm(join(group, 'process'))
  makeGroup('/attempt', { pids: 1, cores: 1 }, found)
  vi.advanceTimersByTime(5000)
  expect(existsSync(group)).toBe(true)
  removeGroup('/attempt', found)
  expect(existsSync(group)).toBe(false)
})
