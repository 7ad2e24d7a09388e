import { setImmediate } from 'node:timers/promises'

/** Items that are worked on at one time. */
const AT_ONCE = 500

/** As `Promise.all` of a map, but a part at a time: others get their turn in between, and no list is a promise for each item. */
export async function inParts<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  if (items.length <= AT_ONCE) return await Promise.all(items.map(work))
  const results: R[] = []
  for (let from = 0; from < items.length; from += AT_ONCE) {
    for (const result of await Promise.all(items.slice(from, from + AT_ONCE).map(work))) results.push(result)
    await setImmediate()
  }
  return results
}
