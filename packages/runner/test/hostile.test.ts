import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Left, remove, stage, start, viewOf } from '../src/index.ts'
import { job, runLine, temporaryFolder } from './job.ts'
import { testStaging } from './staging.ts'

const log = (attempt: string, name = 'stdout') => readFile(join(attempt, `${name}.log`), 'utf8')

describe('what a tool says decides about nothing that comes before it', () => {
  test('PATH finds no program of the job before the job has its own user', async () => {
    const folder = await temporaryFolder()
    const source = join(folder, 'program')
    await writeFile(source, '#!/bin/sh\n/usr/bin/id -u\n')
    await chmod(source, 0o555)
    const attempt = join(folder, 'attempt')
    const programs = ['setpriv', 'env'].map(name => ({
      type: 'file' as const,
      source,
      target: `/work/bin/${name}`,
      writable: true,
    }))
    const environment = { PATH: '/work/bin:/usr/bin:/bin', 'ODD-NAME': 'kept' }
    await stage(attempt, job(attempt, 'sandbox', { argv: ['env'], environment, stage: programs }))
    expect((await start(attempt).ended).exitCode).toBe(0)
    expect(await log(attempt)).toBe('64737\n')
  })

  test('a command that looks like an option or a variable is a command', async () => {
    for (const argv of [['--version'], ['A=b', 'x']]) {
      const { record, attempt } = await runLine('sandbox', '', { argv, shell: false })
      expect(record.exitCode).toBe(127)
      expect(await log(attempt)).toBe('')
    }
  })
})

test('a time limit that ends the sandbox while it is made leaves nothing that waits', async () => {
  for (const timeLimit of [0.0001, 0.001, 0.003]) {
    const { record } = await runLine('sandbox', 'sleep 100', { timeLimit })
    expect(record.exitCode).not.toBe(0)
  }
})

describe.each(['sandbox', 'none'] as const)('isolation %s: nothing is put through a link', isolation => {
  test('into a folder that is an input', async () => {
    const folder = await temporaryFolder()
    const source = join(folder, 'mine')
    await mkdir(source)
    const attempt = join(folder, 'attempt')
    const { work } = viewOf(attempt, isolation)
    const entries = [
      { type: 'directory' as const, source, target: `${work}/d`, writable: false },
      { type: 'text' as const, text: 'x', target: `${work}/d/new`, writable: true },
    ]
    await expect(stage(attempt, job(attempt, isolation, { stage: entries }))).rejects.toThrow()
    expect(await readdir(source)).toEqual([])
  })

  test('over a file that is an input', async () => {
    const folder = await temporaryFolder()
    const source = join(folder, 'mine')
    await writeFile(source, 'bytes')
    const attempt = join(folder, 'attempt')
    const { work } = viewOf(attempt, isolation)
    const file = { type: 'file' as const, source, writable: false, target: `${work}/f` }
    const text = { type: 'text' as const, text: 'x', target: `${work}/f`, writable: true }
    await expect(stage(attempt, job(attempt, isolation, { stage: [file, text] }))).rejects.toThrow('EEXIST')
    expect(await readFile(source, 'utf8')).toBe('bytes')
  })
})

describe('in the sandbox', () => testStaging('sandbox', async () => ({})))

describe('limits of the sandbox', () => {
  test('a job gets no more memory than its tool states, a modest one does not notice', async () => {
    const line = 'dd if=/dev/zero of=/dev/null bs=300M count=1'
    const greedy = await runLine('sandbox', line, { memoryLimit: 100 })
    expect(greedy.record.exitCode).not.toBe(0)
    // killed by its control group, or, where there is none, refused what it asked for
    if (!greedy.record.outOfMemory) expect(await log(greedy.attempt, 'stderr')).toContain('memory exhausted')
    expect((await runLine('sandbox', line, { memoryLimit: 1000 })).record.exitCode).toBe(0)
    expect((await runLine('sandbox', line)).record.exitCode).toBe(0)
  })
})

test('a name that is not UTF-8 is told of', async () => {
  const { attempt } = await runLine('sandbox', "touch $(printf 'bad\\377')")
  await expect(new Left(attempt).manifest()).resolves.toMatchObject([
    { path: 'bad\\xff', fault: expect.stringContaining('not UTF-8') },
  ])
})

test('folders deeper than a path can be are removed', async () => {
  const line = 'i=0; while [ $i -lt 60 ]; do n=$(printf "%0100d" 0); mkdir $n; cd $n; i=$((i+1)); done'
  const { attempt, record } = await runLine('sandbox', line)
  expect(record.exitCode).toBe(0)
  await remove(attempt)
  await expect(readdir(attempt)).rejects.toThrow('ENOENT')
})
