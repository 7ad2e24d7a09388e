/** Calls per user in fixed windows, counted in memory. */
export interface RateLimit {
  /** Counts one call; or only looks. */
  take(username: string, count: 0 | 1): Allowance
}

export interface Allowance {
  limit: number
  remaining: number
  /** epoch seconds at which the window ends */
  reset: number
  exceeded: boolean
}

/** So high that one person's scripts never meet it; the platform allows 1000 in 300 seconds. */
export const DEFAULT_RATE = { limit: 1_000_000, window: 300 }

/** `window` is in seconds, `now` in milliseconds. */
export function rateLimit({ limit, window } = DEFAULT_RATE, now: () => number = Date.now): RateLimit {
  let end = 0
  const counts = new Map<string, number>()
  return {
    take(username, count) {
      const seconds = now() / 1000
      if (seconds >= end) {
        counts.clear()
        end = (Math.floor(seconds / window) + 1) * window
      }
      const used = (counts.get(username) ?? 0) + count
      counts.set(username, used)
      return { limit, remaining: Math.max(0, limit - used), reset: end, exceeded: used > limit }
    },
  }
}
