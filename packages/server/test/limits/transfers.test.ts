import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { StreamPace } from '../../src/pacing/stream-pace.ts'
import { type StreamSlot, StreamSlots } from '../../src/pacing/stream-slots.ts'

/** Asks for a turn of each user, in this order; gives the names in the order in which they got one. */
function asking(transfers: StreamSlots) {
  const got: string[] = []
  const turns: StreamSlot[] = []
  const streams: PassThrough[] = []
  const failures: unknown[] = []
  const ask = (user: string, name: string) => {
    const stream = new PassThrough()
    streams.push(stream)
    transfers.enter(user, stream).then(
      turn => {
        got.push(name)
        turns.push(turn)
      },
      error => failures.push(error),
    )
  }
  return { got, turns, streams, failures, ask }
}

const settled = () => new Promise<void>(resolve => setImmediate(resolve))

test('only so many have a turn; the next goes to the user who has the fewest, then to who waited longest', async () => {
  const { got, turns, ask } = asking(new StreamSlots(2))
  for (const name of ['a1', 'a2', 'a3', 'a4']) ask('a', name)
  for (const name of ['b1', 'b2']) ask('b', name)
  await settled()
  expect(got).toEqual(['a1', 'a2'])
  for (let left = 0; left < 4; left++) {
    turns[left]!.leave()
    turns[left]!.leave()
    await settled()
  }
  expect(got).toEqual(['a1', 'a2', 'b1', 'a3', 'b2', 'a4'])
})

test('who closes while waiting is out of the line', async () => {
  const { got, turns, streams, failures, ask } = asking(new StreamSlots(1))
  for (const name of ['a1', 'a2', 'a3']) ask('a', name)
  await settled()
  streams[1]!.destroy()
  await settled()
  turns[0]!.leave()
  await settled()
  expect(got).toEqual(['a1', 'a3'])
  expect(failures).toMatchObject([{ message: 'the connection was closed before its turn came' }])
})

test('a turn passes to a user who has none when its time is over, and comes back', async () => {
  const transfers = new StreamSlots(1, 1)
  const busy = new StreamPace(transfers, { user: 'a', stream: new PassThrough() })
  await busy.step(10)
  const { got, turns, ask } = asking(transfers)
  ask('b', 'b1')
  let step = settled()
  while (got.length === 0) {
    step = busy.step(2 ** 30)
    await Promise.race([step, settled()])
  }
  expect(got).toEqual(['b1'])
  turns[0]!.leave()
  await step
  await busy.end()
})

test('a client that is waited for keeps no turn that the same user could use, and holds no bytes then', async () => {
  const transfers = new StreamSlots(1, 1)
  const client = Promise.withResolvers<void>()
  const rested = Promise.withResolvers<void>()
  const rest = async () => rested.resolve()
  const slow = new StreamPace(transfers, { user: 'a', stream: new PassThrough(), rest })
  await slow.step(10)
  const waiting = slow.client(client.promise)
  const other = await transfers.enter('a', new PassThrough())
  await rested.promise
  expect(slow.isLate).toBe(true)
  client.resolve()
  await waiting
  other.leave()
  await slow.step(10)
  await slow.end()
  const { got, ask } = asking(transfers)
  ask('b', 'b1')
  await settled()
  expect(got).toEqual(['b1'])
})
