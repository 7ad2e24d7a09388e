import { expect, test } from 'vitest'
import { isSameJob } from '../src/same.ts'
import type { JobSpecification } from '../src/specification.ts'

const JOB: JobSpecification = {
  format: 1,
  path: 'step',
  argv: ['cat', '/inputs/1/a'],
  shell: false,
  environment: { LANG: 'C.UTF-8', HOME: '/work' },
  stdout: 'out.txt',
  stage: [
    { type: 'file', source: '/data/store/aa/1', target: '/inputs/1/a', writable: false },
    { type: 'text', text: 'x=1', target: '/work/x', writable: false },
  ],
  view: { work: '/work', inputs: '/inputs', tmp: '/tmp' },
  isolation: 'sandbox',
  network: false,
  resources: { cores: 1, ram: 256 },
  fileLimit: 1000,
}

test('where inputs lie, what the machine gives, and the order of keys change nothing', () => {
  const [first, second] = JOB.stage
  const stage = [{ ...first!, source: '/data/cache/boot/1' } as typeof first, second].map(each => each!)
  const environment = { HOME: '/work', LANG: 'C.UTF-8' }
  const other = { ...JOB, stage, environment, fileLimit: 2000, memoryLimit: 9, resources: { cores: 2, ram: 1 } }
  expect(isSameJob(JOB, other)).toBe(true)
  // as it is read back from its file
  expect(isSameJob(JOB, JSON.parse(JSON.stringify({ ...JOB, stdin: undefined })))).toBe(true)
})

test.each<[string, Partial<JobSpecification>]>([
  ['command', { argv: ['cat', '-n', '/inputs/1/a'] }],
  ['network', { network: true }],
  ['environment', { environment: { LANG: 'C' } }],
  ['image', { image: 'sha256:1' }],
  ['output', { stdout: 'other.txt' }],
  ['time limit', { timeLimit: 5 }],
  ['text of an entry', { stage: [JOB.stage[0]!, { type: 'text', text: 'x=2', target: '/work/x', writable: false }] }],
  ['place of an entry', { stage: [{ ...JOB.stage[0]!, target: '/inputs/2/a' } as JobSpecification['stage'][0]] }],
])('another %s is another job', (_, change) => {
  expect(isSameJob(JOB, { ...JOB, ...change })).toBe(false)
})
