import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { closeInherited } from '../src/descriptors.ts'
import { runLine, runLineAttached } from './job.ts'

const log = (attempt: string, name = 'stdout') => readFile(join(attempt, `${name}.log`), 'utf8')

describe.each([
  ['staged', runLine],
  ['attached', runLineAttached],
])('a job in the sandbox, %s', (_, run) => {
  test('has descriptors 0, 1 and 2 and no other', async () => {
    const { attempt } = await run('sandbox', 'for d in /proc/self/fd/*; do [ -e $d ] && echo ${d##*/}; done')
    expect(await log(attempt)).toBe('0\n1\n2\n')
  })

  test('sees no path of this machine in what its first process was started with', async () => {
    const line =
      'for f in cmdline environ cwd exe root; do cat /proc/1/$f 2>/dev/null; readlink /proc/1/$f; done; cat /proc/[0-9]*/cmdline; env'
    const { attempt, record } = await run('sandbox', line)
    expect(record.exitCode).toBe(0)
    const text = await log(attempt)
    expect(text).toContain('--args')
    expect(text).not.toContain('reprise-runner-')
  })

  test('can write to its folders and to no memory outside of its limits', async () => {
    const line =
      'for f in / /dev /etc /var /proc /inputs /dev/pts; do touch $f/x 2>/dev/null && echo written $f; done; ' +
      'touch /work/x /tmp/x /dev/shm/x && echo own; (head -c 80M /dev/zero >/dev/shm/big) 2>/dev/null || echo full'
    const { attempt } = await run('sandbox', line)
    expect(await log(attempt)).toBe('own\nfull\n')
  })
})

test('descriptors that whoever started us left open are closed, ours stay', () => {
  const ours = openSync('/dev/null', 'r')
  closeInherited()
  closeSync(ours)
})
