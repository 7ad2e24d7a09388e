import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fits } from '../../src/scheduling/need.ts'
import { Entry, Order } from '../../src/scheduling/order.ts'

const need = fc.record({ cores: fc.integer({ min: 0, max: 9 }), ram: fc.integer({ min: 0, max: 9 }) })
const step = fc.record({
  key: fc.integer({ min: 0, max: 30 }),
  rank: fc.integer({ min: 0, max: 5 }),
  need,
  isOut: fc.boolean(),
})

test('the first, the least needs and the first that fits are those of a sorted list', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), need, (steps, room) => {
      const order = new Order<number>()
      const entries = new Map<number, Entry<number>>()
      for (const { key, rank, need, isOut } of steps) {
        const entry = entries.get(key) ?? new Entry(key, key)
        entries.set(key, entry)
        if (isOut) order.remove(entry)
        else order.put(entry, rank, need)
      }
      const all = [...entries.values()].filter(entry => entry.isIn)
      const sorted = all.sort((a, b) => a.rank - b.rank || a.age - b.age)
      expect(order.first).toBe(sorted[0]?.of)
      const smallest = (of: 'cores' | 'ram') => (sorted.length > 0 ? Math.min(...sorted.map(each => each.need[of])) : 0)
      expect(order.leastNeed).toEqual({ cores: smallest('cores'), ram: smallest('ram') })
      const seen: number[] = []
      order.find(room, of => void seen.push(of))
      expect(seen).toEqual(sorted.filter(each => fits(each.need, room)).map(each => each.of))
    }),
  )
})

test('of many that do not fit few are looked at', () => {
  const order = new Order<number>()
  let looked = 0
  const counted = (cores: number) => ({
    get cores() {
      looked++
      return cores
    },
    ram: 1,
  })
  for (let index = 0; index < 10_000; index++) order.put(new Entry(index, index), 0, counted(4))
  order.put(new Entry(10_000, 10_000), 0, counted(1))
  looked = 0
  expect(order.find({ cores: 1, ram: 1 }, of => of)).toBe(10_000)
  expect(looked).toBeLessThan(200)
})
