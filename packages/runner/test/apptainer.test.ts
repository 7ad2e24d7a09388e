import { afterEach, expect, test, vi } from 'vitest'
import { apptainerScript } from '../src/containers/apptainer.ts'
import { checkEngine } from '../src/containers/engines.ts'
import { EngineError, type JobSpecification } from '../src/index.ts'
import { job, temporaryFolder } from './job.ts'

afterEach(() => vi.unstubAllEnvs())

function script(fields: Partial<JobSpecification> = {}): string {
  const specification = {
    ...job('/data/a', 'apptainer', { argv: ['tool', 'an input'], ...fields }),
    image: '/images/i.sif',
    isolation: 'apptainer' as const,
  }
  const mounts = [{ source: '/ref', target: '/inputs/0/ref' }]
  return apptainerScript({ attempt: '/data/a', specification, mounts, environment: { HOME: '/work' } }).replaceAll(
    "'",
    '',
  )
}

test('options, folders, image and command in their order', () => {
  expect(script()).toBe(
    'exec apptainer --quiet run --containall --cleanenv --no-home --no-privs --net --network none ' +
      '--bind /data/a/work:/work --bind /data/a/inputs:/inputs:ro --bind /data/a/tmp:/tmp --bind /ref:/inputs/0/ref:ro ' +
      '--pwd /work --env HOME=/work /images/i.sif tool an input',
  )
})

test('a network that is granted, a time limit, a line for a shell', () => {
  expect(script({ network: true })).not.toContain('--net')
  expect(script({ timeLimit: 7 })).toMatch(/^exec timeout --foreground -k 5 7 apptainer /)
  expect(script({ shell: true, argv: ['a', '|', 'b'] })).toMatch(/ \/images\/i\.sif \/bin\/sh -c a \| b$/)
})

test('streams are files of the attempt', () => {
  const streams = { stdin: '/inputs/0/reads', stdout: 'out.txt', stderr: 'err.txt' }
  expect(script(streams)).toMatch(/ <\/data\/a\/inputs\/0\/reads >\/data\/a\/work\/out.txt 2>\/data\/a\/work\/err.txt$/)
  expect(script({ stdout: 'both', stderr: 'both' })).toMatch(/ >\/data\/a\/work\/both 2>&1$/)
})

test('an engine that is not installed is said to be so, with the cure', async () => {
  vi.stubEnv('PATH', await temporaryFolder())
  const checked = checkEngine('apptainer')
  await expect(checked).rejects.toThrow(EngineError)
  await expect(checked).rejects.toThrow(
    'apptainer does not answer (it is not installed): install the package apptainer',
  )
})
