import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CannotFitError, type Request, Scheduler, type Slot } from '../../src/scheduling/scheduler.ts'

const never = new AbortController().signal

function order(scheduler: Scheduler, requests: Partial<Request & { name: string }>[]) {
  const entered: { name: string; slot: Slot }[] = []
  for (const { name = '', ...request } of requests) {
    const whole = { user: 'kim', task: 't', cores: 1, ram: 1, ...request }
    scheduler.enter(whole, never).then(slot => entered.push({ name, slot }))
  }
  return entered
}

const settled = () => new Promise(setImmediate)

test('what can never fit is refused at once, with the requirement that says so', async () => {
  const scheduler = new Scheduler({ cores: 2, ram: 100 })
  const request = { user: 'kim', task: 't', cores: 1, ram: 1 }
  await expect(scheduler.enter({ ...request, cores: 3 }, never)).rejects.toThrow(CannotFitError)
  await expect(scheduler.enter({ ...request, ram: 101 }, never)).rejects.toThrow('ResourceRequirement.ramMin')
})

test('jobs of one task enter oldest first, as many as fit', async () => {
  const scheduler = new Scheduler({ cores: 2, ram: 100 })
  const entered = order(scheduler, [{ name: 'a' }, { name: 'b' }, { name: 'c' }])
  await settled()
  expect(entered.map(each => each.name)).toEqual(['a', 'b'])
  entered[0]!.slot.leave()
  entered[0]!.slot.leave()
  await settled()
  expect(entered.map(each => each.name)).toEqual(['a', 'b', 'c'])
})

test('who has the least gets the next place, whoever came first', async () => {
  const scheduler = new Scheduler({ cores: 2, ram: 100 })
  const entered = order(scheduler, [
    { name: 'kim1' },
    { name: 'kim2' },
    { name: 'kim3' },
    { name: 'ada1', user: 'ada', task: 'u' },
  ])
  await settled()
  entered[0]!.slot.leave()
  await settled()
  expect(entered.map(each => each.name)).toEqual(['kim1', 'kim2', 'ada1'])
})

test('a task runs no more jobs at one time than its cap', async () => {
  const scheduler = new Scheduler({ cores: 8, ram: 100 })
  const entered = order(scheduler, [
    { name: 'a1', task: 'a', parallel: 1 },
    { name: 'a2', task: 'a', parallel: 1 },
    { name: 'b1', task: 'b' },
  ])
  await settled()
  expect(entered.map(each => each.name)).toEqual(['a1', 'b1'])
  entered[0]!.slot.leave()
  await settled()
  expect(entered.map(each => each.name)).toEqual(['a1', 'b1', 'a2'])
})

test('a job passed over too long reserves its place', async () => {
  let now = 0
  const scheduler = new Scheduler({ cores: 2, ram: 100 }, () => now)
  const entered = order(scheduler, [
    { name: 'small1', task: 'a' },
    { name: 'large', task: 'b', cores: 2 },
    { name: 'small2', task: 'c' },
  ])
  await settled()
  expect(entered.map(each => each.name)).toEqual(['small1', 'small2'])
  now = 31_000
  const later = order(scheduler, [{ name: 'small3', task: 'd' }])
  entered[1]!.slot.leave()
  await settled()
  expect(later).toEqual([])
  entered[0]!.slot.leave()
  await settled()
  expect(entered.at(-1)!.name).toBe('large')
})

test('a withdrawn job leaves the queue to the others', async () => {
  const scheduler = new Scheduler({ cores: 1, ram: 100 })
  const [first] = [order(scheduler, [{ name: 'first' }])]
  const controller = new AbortController()
  const withdrawn = scheduler.enter({ user: 'kim', task: 't', cores: 1, ram: 1 }, controller.signal)
  const last = order(scheduler, [{ name: 'last' }])
  controller.abort(new Error('enough'))
  await expect(withdrawn).rejects.toThrow('enough')
  first[0]!.slot.leave()
  await settled()
  expect(last).toHaveLength(1)
})

test('never more is admitted than there is, and in the end everybody had a turn', async () => {
  const job = fc.record({
    user: fc.constantFrom('a', 'b', 'c'),
    task: fc.constantFrom('1', '2', '3', '4'),
    cores: fc.integer({ min: 0, max: 4 }),
    ram: fc.integer({ min: 0, max: 10 }),
    parallel: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(job, { maxLength: 30 }), async jobs => {
      const scheduler = new Scheduler({ cores: 4, ram: 10 })
      const use = { cores: 0, ram: 0 }
      let done = 0
      await Promise.all(
        jobs.map(async request => {
          const slot = await scheduler.enter(request, never)
          use.cores += request.cores
          use.ram += request.ram
          expect(use.cores).toBeLessThanOrEqual(4)
          expect(use.ram).toBeLessThanOrEqual(10)
          await settled()
          use.cores -= request.cores
          use.ram -= request.ram
          done++
          slot.leave()
        }),
      )
      expect(done).toBe(jobs.length)
    }),
  )
})
