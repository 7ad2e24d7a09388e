import { expect, test } from 'vitest'
import { FairTurns, type TurnRequest } from '../../src/scheduling/fair-turns.ts'
import type { Slot } from '../../src/scheduling/scheduler.ts'

const never = new AbortController().signal
const settled = () => new Promise(setImmediate)

async function enter(turns: FairTurns, count: number, request: TurnRequest): Promise<Slot[]> {
  const slots: Slot[] = []
  for (let task = 0; task < count; task++) turns.enter(request, never).then(slot => slots.push(slot))
  await settled()
  return slots
}

test('one user has three quarters of all, so others find some; each has one in any case', async () => {
  const turns = new FairTurns(200)
  const kim = await enter(turns, 10_000, { user: 'kim', batch: 'b' })
  expect(kim).toHaveLength(150)
  const ada = await enter(turns, 100, { user: 'ada' })
  expect(ada).toHaveLength(38)
  const others = await Promise.all(Array.from({ length: 50 }, (_, index) => enter(turns, 1, { user: `user${index}` })))
  expect(others.every(slots => slots.length === 1)).toBe(true)
})

test('what is given back goes to who has the fewest', async () => {
  const turns = new FairTurns(4)
  const kim = await enter(turns, 10, { user: 'kim', batch: 'b' })
  expect(kim).toHaveLength(3)
  const ada = await enter(turns, 10, { user: 'ada' })
  expect(ada).toHaveLength(1)
  kim[0]!.leave()
  kim[0]!.leave()
  await settled()
  expect([kim.length, ada.length]).toEqual([3, 2])
})

test('of one user a task comes before the rest of a batch', async () => {
  const turns = new FairTurns(4)
  const batch = await enter(turns, 10, { user: 'kim', batch: 'b' })
  const single = await enter(turns, 1, { user: 'kim' })
  expect([batch.length, single.length]).toEqual([3, 0])
  batch[0]!.leave()
  await settled()
  expect([batch.length, single.length]).toEqual([3, 1])
})

test('users with as many take turns, and who is withdrawn is passed', async () => {
  const turns = new FairTurns(1)
  const seen: string[] = []
  const slots: Slot[] = []
  const note = (user: string) => (slot: Slot) => {
    seen.push(user)
    slots.push(slot)
  }
  const controller = new AbortController()
  for (const user of ['kim', 'kim', 'kim', 'ada', 'ada']) turns.enter({ user }, never).then(note(user))
  const gone = turns.enter({ user: 'kim' }, controller.signal)
  await settled()
  expect(seen).toEqual(['kim', 'ada'])
  controller.abort(new Error('enough'))
  await expect(gone).rejects.toThrow('enough')
  for (let turn = 0; turn < 5; turn++) {
    slots.shift()?.leave()
    await settled()
  }
  expect(seen).toEqual(['kim', 'ada', 'kim', 'ada', 'kim'])
})
