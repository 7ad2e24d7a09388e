import { expect, test } from 'vitest'
import { failureMessage, type JobPlan } from '../src/index.ts'

const plan: JobPlan = {
  path: 'call/align[3]',
  argv: ['bwa', 'mem', 'my reads'],
  shell: false,
  environment: {},
  stdout: 'out.sam',
  stage: [],
  work: '/work',
  tmp: '/tmp',
  resources: { cores: 1, ram: 512, tmpdir: 1, outdir: 1 },
  timeLimit: 60,
  memoryLimit: 512,
  network: false,
  inputs: {},
}
const failed = { plan, reason: '' }

test('a failed job says step, exit code, command and the end of standard error', () => {
  const text = failureMessage({ ...failed, ending: { exitCode: 3 }, reason: 'output bam: missing', stderr: 'no index' })
  expect(text.split('\n')).toEqual([
    'Step call/align[3] failed with exit code 3.',
    'output bam: missing',
    "Command: bwa mem 'my reads' > out.sam",
    'End of standard error:',
    'no index',
  ])
})

test.each([
  [{ exitCode: 137, timedOut: true }, 'longer than its time limit of 60 s (ToolTimeLimit: raise timelimit)'],
  [
    { exitCode: 137, outOfMemory: true },
    'ran out of its 512 MiB of memory (ResourceRequirement: raise ramMin or ramMax)',
  ],
  [{ exitCode: 125, notStarted: true }, 'the container engine could not start it'],
  [{ exitCode: 137 }, 'killed, perhaps because memory ran out (it has 512 MiB, raise ResourceRequirement.ramMin)'],
  [{ exitCode: 153 }, 'larger than all the room on the disk'],
  [{ exitCode: 139 }, 'signal 11 ended it'],
])('%j', (ending, said) => {
  const text = failureMessage({ ...failed, ending, stderr: '' })
  expect(text).toContain(said)
  expect(text).toMatch(/Standard error is empty\.$/)
})

test('a command that ended well is not said to have failed', () => {
  const text = failureMessage({
    ...failed,
    ending: { exitCode: 0 },
    reason: 'output bam: missing',
    outputs: true,
    stderr: '',
  })
  expect(text.split('\n').slice(0, 2)).toEqual([
    "Step call/align[3]: its command ended well (exit code 0), but its outputs can't be taken.",
    'output bam: missing',
  ])
})

test.each([
  [127, 'setsid: failed to execute bwa: No such file or directory', 'bwa: No such file or directory'],
  [127, "env: 'bwa': No such file or directory", 'bwa: No such file or directory'],
  [126, 'env: ‘./bwa’: Permission denied', './bwa: Permission denied'],
  [
    2,
    '/x/runner/src/attached.sh: 1: eval: cannot create a/b: Directory nonexistent',
    'cannot create a/b: Directory nonexistent',
  ],
  [1, "env: 'left': as it is", "env: 'left': as it is"],
])('what starts a job does not speak in its own name (exit code %i)', (exitCode, stderr, said) => {
  const text = failureMessage({ ...failed, ending: { exitCode }, stderr })
  expect(text.split('End of standard error:\n')[1]).toBe(said)
})
