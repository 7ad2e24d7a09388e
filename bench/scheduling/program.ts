/** One case of the scheduler, without jobs: `program.ts JOBS TASKS USERS`. Tells its figures to who started it. */
import { Scheduler, type Slot } from '../../packages/server/src/scheduling/scheduler.ts'
import type { Figures } from './figures.ts'

const [jobs = 0, tasks = 0, users = 0] = process.argv.slice(2).map(Number)
const scheduler = new Scheduler({ cores: 4, ram: 16_000 })
const request = (job: number) => {
  const task = job % tasks
  return { user: `user${task % users}`, task: `task${task}`, cores: 1, ram: 100 + (task % 7) }
}
const turn = () => new Promise(setImmediate)
const heap = () => {
  global.gc?.()
  return process.memoryUsage().heapUsed / 2 ** 20
}

const before = heap()
const [entering, waiting, entered] = await fill()
let left = 0
const start = performance.now()
while (left < jobs) {
  for (const slot of entered.splice(0)) {
    slot.leave()
    left++
  }
  await turn()
}
const leaving = performance.now() - start
const after = heap() - before

const controller = new AbortController()
const ended = Promise.allSettled(
  Array.from({ length: jobs }, (_, job) => scheduler.enter(request(job), controller.signal)),
)
await turn()
const abort = performance.now()
controller.abort()
await ended
const figures: Figures = {
  enter: (entering / jobs) * 1000,
  leave: (leaving / jobs) * 1000,
  withdraw: ((performance.now() - abort) / jobs) * 1000,
  waiting: waiting - before,
  after,
}
process.send?.(figures)
process.disconnect()

/** All that wait, none of which this function holds on to. */
async function fill(): Promise<[number, number, Slot[]]> {
  const entered: Slot[] = []
  const signal = new AbortController().signal
  const start = performance.now()
  for (let job = 0; job < jobs; job++) scheduler.enter(request(job), signal).then(slot => entered.push(slot))
  await turn()
  return [performance.now() - start, heap(), entered]
}
