import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Isolation, type JobSpecification, type SourceEntry, stage, start } from '../src/index.ts'
import { job, temporaryFolder } from './job.ts'

/** What a job may try with a path that it was given. */
const ATTACK = [
  'echo changed > $f',
  'echo changed >> $f',
  'chmod 777 $f',
  'chown 0 $f',
  'touch -t 200001010000 $f',
  'truncate -s 0 $f',
  'dd if=/dev/zero of=$f bs=1 count=1 conv=notrunc',
  'ln -f $f /tmp/other && echo changed > /tmp/other',
  'mv $f /tmp/moved && chmod 666 /tmp/moved && echo changed > /tmp/moved',
]

/** In each isolation: whatever a job does with an entry that was put before it, the bytes in the store stay whose and what they were. */
export function testStaging(isolation: Isolation, fields: () => Promise<Partial<JobSpecification>>): void {
  const isContainer = isolation === 'docker' || isolation === 'podman'
  const targets = [
    '/inputs/0/f',
    '/work/f',
    '/work/deep/er/f',
    ...(isContainer ? ['/opt/f', '/opt/some/f', '/data/d/f'] : []),
  ]

  test.each(targets)(
    'what lies at %s can be read, and nothing that a job does changes the store',
    async target => {
      const folder = await temporaryFolder()
      await fs.chmod(folder, 0o755)
      for (const writable of [false, true]) {
        if (writable && target.startsWith('/inputs')) continue
        const source = join(folder, `content-${writable}`)
        await fs.writeFile(source, 'bytes')
        await fs.chmod(source, 0o444)
        await fs.utimes(source, 315_532_800, 315_532_800)
        const before = await fs.stat(source)
        const around: SourceEntry[] = target.startsWith('/data')
          ? [{ type: 'folder', target: '/data', writable: true }]
          : []
        const entries: SourceEntry[] = [...around, { type: 'file', source, target, writable }]
        const attempt = join(folder, `attempt-${writable}`)
        const line = `f=${target}; cat $f; ${ATTACK.map(each => `(${each})`).join('; ')}; true`
        const specification = job(attempt, isolation, {
          argv: ['/bin/sh', '-c', line],
          stage: entries,
          ...(await fields()),
        })
        await stage(attempt, specification)
        expect((await start(attempt).ended).exitCode).toBe(0)
        expect(await fs.readFile(join(attempt, 'stdout.log'), 'utf8')).toBe('bytes')
        expect(await fs.readFile(source, 'utf8')).toBe('bytes')
        const after = await fs.stat(source)
        for (const key of ['ino', 'uid', 'gid', 'mode', 'mtimeMs', 'size'] as const)
          expect(after[key]).toBe(before[key])
      }
    },
    60_000,
  )
}
