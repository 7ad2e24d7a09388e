/** Gives a function that runs what it is given, at most `limit` at one time, the others in order of arrival. */
export function limited(limit: number): <T>(body: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async body => {
    if (running >= limit) await new Promise<void>(resolve => waiting.push(resolve))
    else running++
    try {
      return await body()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
