/** Gives a function that runs what it is given, at most `limit` at one time, the others in order of arrival. */
export function withConcurrency(limit: number): <T>(body: () => Promise<T>) => Promise<T> {
  // a Set keeps the order, and gives up its first in no time however many wait
  const waiting = new Set<() => void>()
  let running = 0
  return async body => {
    if (running >= limit) await new Promise<void>(resolve => waiting.add(resolve))
    else running++
    try {
      return await body()
    } finally {
      const [next] = waiting
      if (next) {
        waiting.delete(next)
        next()
      } else running--
    }
  }
}
