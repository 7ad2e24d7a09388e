import { setImmediate } from 'node:timers/promises'

/** Items that are worked on before others get their turn. */
const AT_ONCE = 500

let worked = 0

/** To be awaited in work that goes through many items, with how many they are: now and then it lets others go on. */
export function pause(items: number): Promise<void> | undefined {
  worked += items
  if (worked < AT_ONCE) return undefined
  worked = 0
  return setImmediate()
}

/** As `Promise.all` of a map, but a part at a time: others get their turn in between, and no list is a promise for each item. */
export async function inParts<T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  if (items.length <= AT_ONCE) {
    await pause(items.length)
    return await Promise.all(items.map(work))
  }
  const results: R[] = []
  for (let from = 0; from < items.length; from += AT_ONCE) {
    const part = items.slice(from, from + AT_ONCE)
    for (const result of await Promise.all(part.map((item, index) => work(item, from + index)))) results.push(result)
    await pause(part.length)
  }
  return results
}
