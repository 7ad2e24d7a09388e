import type { ExitRecord, JobSpecification } from '@reprise/runner'
import { expect, test } from 'vitest'
import { Dispatch } from '../../src/execution/dispatch.ts'
import type { Executor, ExecutorEvent } from '../../src/executor/executor.ts'

test('what is cancelled late does not take away the attempt that has its folder by now', async () => {
  let tell: (events: ExecutorEvent[]) => void = () => undefined
  const cancelled = Promise.withResolvers<void>()
  const executor: Executor = {
    observe: observer => {
      tell = observer
    },
    submit: async () => undefined,
    adopt: async () => new Map(),
    cancel: () => cancelled.promise,
  }
  const dispatch = new Dispatch(executor)
  const job = { attempt: '/work/job/1', specification: {} as JobSpecification }
  const first = dispatch.run(job)
  const cancelling = dispatch.cancel([job.attempt])
  tell([{ type: 'lost', attempt: job.attempt }])
  await expect(first).rejects.toThrow('left no exit record')
  const second = dispatch.run(job)
  cancelled.resolve()
  await cancelling
  const record: ExitRecord = { exitCode: 0, timedOut: false, started: 1, ended: 2 }
  tell([{ type: 'ended', attempt: job.attempt, record }])
  expect(await second).toBe(record)
})
