import { getEventListeners } from 'node:events'
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
  const entered = order(scheduler, [{ name: 'kim1' }, { name: 'kim2' }])
  await settled()
  const waiting = order(scheduler, [{ name: 'kim3' }, { name: 'ada1', user: 'ada', task: 'u' }])
  entered[0]!.slot.leave()
  await settled()
  expect(waiting.map(each => each.name)).toEqual(['ada1'])
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

test('a job passed over too long reserves its place: what enters then fits beside it', async () => {
  let now = 0
  const scheduler = new Scheduler({ cores: 2, ram: 100 }, { now: () => now })
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

test('a withdrawn job gives its reserved place back', async () => {
  let now = 0
  const scheduler = new Scheduler({ cores: 2, ram: 100 }, { now: () => now })
  const [hours] = [order(scheduler, [{ name: 'hours', task: 'a' }])]
  const controller = new AbortController()
  const large = scheduler.enter({ user: 'kim', task: 'b', cores: 2, ram: 1 }, controller.signal)
  await settled()
  now = 31_000
  const small = order(scheduler, [{ name: 'small', task: 'c' }])
  await settled()
  expect([hours, small].map(each => each.length)).toEqual([1, 0])
  controller.abort(new Error('enough'))
  await expect(large).rejects.toThrow('enough')
  await settled()
  expect(small).toHaveLength(1)
})

test('a reserved place holds up no more than its size', async () => {
  let now = 0
  const scheduler = new Scheduler({ cores: 8, ram: 100 }, { now: () => now })
  const six = Array.from({ length: 6 }, (_, index) => ({ name: `old${index}`, task: 'a' }))
  order(scheduler, six)
  await settled()
  const large = order(scheduler, [{ name: 'large', user: 'ada', task: 'b', cores: 3 }])
  await settled()
  now = 31_000
  const [small] = [
    order(
      scheduler,
      [1, 2, 3].map(index => ({ name: `small${index}`, user: 'eve', task: 'c' })),
    ),
  ]
  await settled()
  expect(large).toEqual([])
  expect(small.map(each => each.name)).toEqual(['small1', 'small2'])
})

test('however little jobs ask for, each counts for the minimum', async () => {
  const scheduler = new Scheduler({ cores: 4, ram: 8000 }, { minimum: { cores: 0.1, ram: 16 } })
  const nothing = Array.from({ length: 2000 }, (_, index) => ({ name: `${index}`, cores: 0, ram: 0 }))
  const entered = order(scheduler, nothing)
  await settled()
  expect(entered).toHaveLength(40)
  for (const { slot } of entered.slice(0, 10)) slot.leave()
  await settled()
  expect(entered).toHaveLength(50)
})

test('the minimum counts in memory too, and for jobs that are found running', async () => {
  const minimum = { cores: 0.1, ram: 16 }
  const scheduler = new Scheduler({ cores: 4, ram: 160 }, { minimum })
  for (let job = 0; job < 4; job++) scheduler.occupy({ user: 'kim', task: 'found', cores: 0, ram: 0 })
  const entered = order(
    scheduler,
    Array.from({ length: 20 }, () => ({ cores: 0, ram: 0 })),
  )
  await settled()
  expect(entered).toHaveLength(6)
})

test('what came and left leaves nothing behind: the whole machine is free again', async () => {
  const scheduler = new Scheduler({ cores: 1, ram: 1 })
  const parts = order(
    scheduler,
    Array.from({ length: 9 }, () => ({ cores: 0.1, ram: 0.1 })),
  )
  await settled()
  for (const { slot } of parts) slot.leave()
  const whole = order(scheduler, [{ name: 'whole' }])
  await settled()
  expect(whole).toHaveLength(1)
})

test('an abort withdraws all that waits under its signal, with one listener on it', async () => {
  const scheduler = new Scheduler({ cores: 1, ram: 100 })
  order(scheduler, [{ name: 'first' }])
  const [controller, lasting] = [new AbortController(), new AbortController().signal]
  const jobs = Array.from({ length: 20_000 }, () =>
    scheduler.enter({ user: 'kim', task: 'many', cores: 1, ram: 1 }, controller.signal, lasting),
  )
  const other = order(scheduler, [{ name: 'other', task: 'o' }])
  await settled()
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1)
  controller.abort(new Error('enough'))
  const ends = await Promise.allSettled(jobs)
  expect(new Set(ends.map(end => end.status))).toEqual(new Set(['rejected']))
  expect(getEventListeners(lasting, 'abort')).toHaveLength(0)
  expect(other).toEqual([])
})

test('jobs of batches and single tasks of one user take turns', async () => {
  const scheduler = new Scheduler({ cores: 2, ram: 100 })
  const children = Array.from({ length: 8 }, (_, index) => ({ name: 'child', task: `child${index}`, batch: 'batch' }))
  const entered = order(scheduler, [...children, { name: 'single', task: 'single' }])
  await settled()
  expect(entered.map(each => each.name)).toEqual(['child', 'single'])
})
