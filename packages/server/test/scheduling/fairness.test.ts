/**
 * What a user can rely on, whatever others do. Of n users each is owed an n-th of the machine: what they ask for takes `work`
 * seconds of the whole machine, so by their share it takes n times that, or as long as their caps let it. A job waits no longer than
 *
 *     K × (n × work + capped)  +  (n + 1) × (longest job + patience) × (1 + their big jobs + capped / patience)
 *
 *   K      2: of a machine whose first in line needs no more than a half and does not fit more than half is in use
 *   n + 1  nobody is interrupted. One who comes waits for those that run; and before them each other user may have one job more,
 *          that waits for its place first. So may it be for every job of theirs that needs more than half a machine; and while a
 *          task of theirs runs as many jobs as it may, nothing of theirs waits, and one of others can reserve its place, each
 *          after its patience
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Scheduler } from '../../src/scheduling/scheduler.ts'
import { type Job, type Ran, simulate } from './simulation.ts'

const MACHINE = { cores: 4, ram: 8000 }
const [K, PATIENCE] = [2, 30]
const make = (now: () => number) => new Scheduler(MACHINE, { now })

const share = ({ cores, ram }: Job) => Math.max(cores / MACHINE.cores, ram / MACHINE.ram)
const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0)

/** Seconds that the user's jobs may wait. */
function bound(jobs: readonly Job[], user: string): number {
  const own = jobs.filter(job => job.user === user)
  const users = new Set(jobs.map(job => job.user)).size
  const work = sum(own.map(job => share(job) * job.seconds))
  const capped = sum(own.map(job => (job.parallel ? job.seconds / job.parallel : 0)))
  const turns = 1 + own.filter(job => share(job) > 0.5).length + Math.ceil(capped / PATIENCE)
  const longest = Math.max(...jobs.map(job => job.seconds))
  return K * (users * work + capped) + (users + 1) * (longest + PATIENCE) * turns
}

function expectFair(jobs: readonly Job[], ran: Ran[]): void {
  const bounds = new Map([...new Set(jobs.map(job => job.user))].map(user => [user, bound(jobs, user)]))
  for (const { job, began } of ran) expect(began - job.at).toBeLessThanOrEqual(bounds.get(job.user)!)
}

const times = (count: number, job: Job): Job[] => Array.from({ length: count }, () => job)
const wait = (ran: Ran[], user: string) =>
  Math.max(...ran.filter(one => one.job.user === user).map(({ job, began }) => began - job.at))

test('a single job does not wait for the 2,000 that another user scattered before', async () => {
  const ran = await simulate(MACHINE, make, [
    ...times(2000, { user: 'a', task: 'scatter', cores: 1, ram: 100, at: 0, seconds: 60 }),
    { user: 'b', task: 'one', cores: 1, ram: 100, at: 61, seconds: 60 },
  ])
  expect(wait(ran, 'b')).toBeLessThanOrEqual(60)
})

test('a single job of the same user does not either', async () => {
  const ran = await simulate(MACHINE, make, [
    ...times(500, { user: 'a', task: 'scatter', cores: 1, ram: 100, at: 0, seconds: 60 }),
    ...times(500, { user: 'a', task: 'child1', batch: 'batch', cores: 1, ram: 100, at: 0, seconds: 60 }),
    ...times(500, { user: 'a', task: 'child2', batch: 'batch', cores: 1, ram: 100, at: 0, seconds: 60 }),
    { user: 'a', task: 'one', cores: 1, ram: 100, at: 61, seconds: 60 },
  ])
  const one = ran.find(({ job }) => job.task === 'one')!
  expect(one.began - one.job.at).toBeLessThanOrEqual(60)
})

test('where one job fills the machine users take turns, by time and not by number', async () => {
  const ran = await simulate(MACHINE, make, [
    ...times(50, { user: 'long', task: 'l', cores: 4, ram: 100, at: 0, seconds: 600 }),
    ...times(100, { user: 'short', task: 's', cores: 4, ram: 100, at: 1, seconds: 60 }),
  ])
  const end = Math.max(...ran.filter(({ job }) => job.user === 'short').map(one => one.ended))
  const before = ran.filter(({ job, began }) => job.user === 'long' && began < end).length
  expect(end).toBeLessThanOrEqual(2 * 6000 + 600)
  expect(before).toBeGreaterThanOrEqual(9)
})

test('memory counts as cores do', async () => {
  const ran = await simulate(MACHINE, make, [
    ...times(100, { user: 'memory', task: 'm', cores: 0.1, ram: 2000, at: 0, seconds: 60 }),
    ...times(100, { user: 'cores', task: 'c', cores: 1, ram: 2000, at: 0, seconds: 60 }),
  ])
  for (const at of [70, 1000, 2900]) {
    const running = ran.filter(({ began, ended }) => began <= at && at < ended)
    expect(running.filter(({ job }) => job.user === 'memory')).toHaveLength(2)
    expect(running.filter(({ job }) => job.user === 'cores')).toHaveLength(2)
  }
})

test('a job that needs the whole machine is not starved by small ones, and holds them up no longer than it must', async () => {
  const small = { user: 'small', task: 's', cores: 1, ram: 100, seconds: 50 }
  const ran = await simulate(MACHINE, make, [
    ...Array.from({ length: 400 }, (_, index) => ({ ...small, at: index * 12.5 })),
    { user: 'big', task: 'b', cores: 4, ram: 100, at: 100, seconds: 100 },
  ])
  expect(wait(ran, 'big')).toBeLessThanOrEqual(PATIENCE + 2 * 50)
  expect(wait(ran, 'small')).toBeLessThanOrEqual(50 + 100 + 50)
})

test('beside a reserved place small jobs go on where they fit', async () => {
  const ran = await simulate(MACHINE, make, [
    { user: 'hours', task: 'h', cores: 2, ram: 100, at: 0, seconds: 7200 },
    { user: 'big', task: 'b', cores: 3, ram: 100, at: 1, seconds: 60 },
    ...times(100, { user: 'small', task: 's', cores: 1, ram: 100, at: 2, seconds: 60 }),
  ])
  const big = ran.find(({ job }) => job.user === 'big')!
  expect(big.began).toBe(7200)
  const done = ran.filter(({ job, ended }) => job.user === 'small' && ended <= 6200)
  expect(done.length).toBeGreaterThanOrEqual(100)
})

test('who waits because others are due first reserves nothing', async () => {
  const ran = await simulate(MACHINE, make, [
    ...times(40, { user: 'a', task: 'hours', cores: 1, ram: 100, at: 0, seconds: 3600 }),
    ...Array.from({ length: 100 }, (_, index) => {
      return { user: `user${index % 3}`, task: `t${index % 3}`, cores: 1, ram: 100, at: 3601 + index * 30, seconds: 60 }
    }),
  ])
  for (const user of ['user0', 'user1', 'user2']) expect(wait(ran, user)).toBeLessThanOrEqual(3600)
})

/** A task with so many jobs, one every so many seconds. */
const task = fc.record({
  kind: fc.record({
    cores: fc.constantFrom(0, 0.1, 0.5, 1, 1, 2, 3, 4),
    ram: fc.constantFrom(0, 10, 500, 1000, 3000, 8000),
    seconds: fc.constantFrom(1, 10, 60, 300),
    parallel: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined, freq: 3 }),
  }),
  user: fc.constantFrom('a', 'b', 'c', 'd'),
  batch: fc.option(fc.constantFrom('x', 'y'), { nil: undefined }),
  count: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 30, max: 100 })),
  at: fc.integer({ min: 0, max: 600 }),
  every: fc.constantFrom(0, 0, 1, 20),
})

test('nobody waits longer than their share gives, nothing is exceeded, everything ends', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(task, { minLength: 1, maxLength: 8 }), async tasks => {
      const jobs = tasks.flatMap(({ kind, user, batch, count, at, every }, index) =>
        Array.from({ length: count }, (_, job) => {
          const of = { user, task: `${index}`, batch: batch && `${user}-${batch}` }
          return { ...kind, ...of, at: at + job * every }
        }),
      )
      expectFair(jobs, await simulate(MACHINE, make, jobs))
    }),
    { numRuns: 60 },
  )
}, 120_000)
