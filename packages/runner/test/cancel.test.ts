import { readdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cancel, isMarked, LostAttempt, mark, resume, stage, start, startAttached } from '../src/index.ts'
import { job, temporaryFolder } from './job.ts'

/** Command lines of processes that name a folder. */
async function processesOf(folder: string): Promise<string[]> {
  const numbers = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const lines = await Promise.all(numbers.map(n => readFile(`/proc/${n}/cmdline`, 'utf8').catch(() => '')))
  return lines.filter(line => line.includes(folder))
}

test.each(['sandbox', 'none'] as const)(
  'cancelled at any moment of its start, a job leaves no process: %s',
  async isolation => {
    const folder = await temporaryFolder()
    for (let turn = 0; turn < 24; turn++) {
      const attempt = join(folder, String(turn))
      await stage(attempt, job(attempt, isolation, { argv: ['sleep', '600'] }))
      const { ended } = start(attempt)
      for (let pause = 0; pause < turn * 40; pause++) await new Promise(setImmediate)
      await cancel(attempt)
      await expect(ended).rejects.toThrow(LostAttempt)
      expect(await resume(attempt)).toBe('lost')
      expect((await processesOf(attempt)).filter(line => line.includes('sleep'))).toEqual([])
    }
  },
)

test.each(['sandbox', 'none'] as const)(
  'killed at any moment of its start, an attached job leaves no process: %s',
  async isolation => {
    const folder = await temporaryFolder()
    for (let turn = 0; turn < 24; turn++) {
      const attempt = join(folder, String(turn))
      const { ended, kill } = startAttached(attempt, job(attempt, isolation, { argv: ['sleep', '600'] }))
      for (let pause = 0; pause < turn * 40; pause++) await new Promise(setImmediate)
      await kill()
      await expect(ended).rejects.toThrow(LostAttempt)
      expect((await processesOf(attempt)).filter(line => line.includes('sleep'))).toEqual([])
    }
  },
)

test('what a dead spawner had started runs on and its end is told', async () => {
  const attempt = join(await temporaryFolder(), 'attempt')
  await stage(attempt, job(attempt, 'none', { argv: ['until [ -e go ]; do sleep 0.01; done; exit 7'], shell: true }))
  const { ended } = start(attempt)
  let group = ''
  while (!group) group = await readFile(join(attempt, 'group'), 'utf8').catch(() => '')
  const wrapper = await readFile(join(attempt, 'pid'), 'utf8')
  const parentOf = async (process: string) =>
    /^PPid:\t(\d+)$/m.exec(await readFile(`/proc/${process.trim()}/status`, 'utf8'))![1]!
  const spawner = await parentOf(await parentOf(wrapper))
  expect(await readFile(`/proc/${spawner}/cmdline`, 'utf8')).toContain('spawner.sh')
  process.kill(Number(spawner), 'SIGKILL')
  await writeFile(join(attempt, 'work/go'), '')
  expect(await ended).toMatchObject({ exitCode: 7 })
  const next = join(await temporaryFolder(), 'next')
  await stage(next, job(next, 'none', { argv: ['true'] }))
  expect(await start(next).ended).toMatchObject({ exitCode: 0 })
})

test.each(['sandbox', 'none'] as const)(
  'a job whose wrapper is killed is lost, and leaves no process: %s',
  async isolation => {
    const attempt = join(await temporaryFolder(), 'attempt')
    await stage(attempt, job(attempt, isolation, { argv: ['touch begun; sleep 600 & wait'], shell: true }))
    const { ended } = start(attempt)
    while (!(await readdir(join(attempt, 'work'))).includes('begun')) await new Promise(setImmediate)
    process.kill(Number(await readFile(join(attempt, 'pid'), 'utf8')), 'SIGKILL')
    await expect(ended).rejects.toThrow(LostAttempt)
    // who was killed may still be on its way out
    await expect.poll(() => processesIn(attempt)).toEqual([])
  },
)

/** Processes that work in a folder or name it in their command line. */
async function processesIn(folder: string): Promise<string[]> {
  const numbers = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const found = await Promise.all(
    numbers.map(async number => {
      const place = await readlink(`/proc/${number}/cwd`).catch(() => '')
      const line = await readFile(`/proc/${number}/cmdline`, 'utf8').catch(() => '')
      return place.startsWith(folder) || line.includes(folder) ? [line] : []
    }),
  )
  return found.flat()
}

test('an attempt is to be ended for another machine only where that one has marked it', async () => {
  const folder = await temporaryFolder()
  const [own, other] = [join(folder, 'own'), join(folder, 'other')]
  for (const attempt of [own, other]) await stage(attempt, job(attempt, 'none', { argv: ['true'] }))
  await cancel(own)
  expect(await isMarked(own)).toBe(false)
  expect(await resume(other)).toBe('lost')
  expect(await isMarked(other)).toBe(false)
  await mark(other)
  expect(await isMarked(other)).toBe(true)
  await expect(start(other).ended).rejects.toThrow(LostAttempt)
})
