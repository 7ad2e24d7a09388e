import { setImmediate } from 'node:timers/promises'
import { LIMITS } from './limits.ts'

let worked = 0

/** To be awaited in work that goes through many items, with how many they are: now and then it lets others go on. */
export function pause(items: number): Promise<void> | undefined {
  worked += items
  if (worked < LIMITS.itemsAtOnce) return undefined
  worked = 0
  return setImmediate()
}

/** As `Promise.all` of a map, but a part at a time: others get their turn in between, and no list is a promise for each item. */
export async function inParts<T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  if (items.length <= LIMITS.itemsAtOnce) {
    await pause(items.length)
    return await Promise.all(items.map(work))
  }
  const results: R[] = []
  for (let from = 0; from < items.length; from += LIMITS.itemsAtOnce) {
    const part = items.slice(from, from + LIMITS.itemsAtOnce)
    for (const result of await Promise.all(part.map((item, index) => work(item, from + index)))) results.push(result)
    await pause(part.length)
  }
  return results
}
