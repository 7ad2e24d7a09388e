import { ApiError } from '../errors.ts'
import { moreThan } from '../limits/limits.ts'
import type { LimitName } from '../limits/table.ts'

/**
 * Turns by user: what is costly is done for one call of a user at a time, so that whoever sends many makes only their own
 * calls wait. The next call of the same user waits in line; one that finds the line full is refused (1000, HTTP 429).
 */
export class UserLanes {
  readonly #limit: LimitName
  readonly #most: number
  /** those who wait, by user; a user whose call is being dealt with has an entry */
  readonly #lines = new Map<string, (() => void)[]>()

  /** @param limit how many calls of one user may wait, and its name for the message */
  constructor(limit: LimitName, most: number) {
    this.#limit = limit
    this.#most = most
  }

  /** Resolves when it is the call's turn; what it gives ends the turn. Rejects with ApiError 1000. */
  async enter(user: string): Promise<() => void> {
    const line = this.#lines.get(user)
    if (!line) this.#lines.set(user, [])
    else if (line.length >= this.#most) {
      throw new ApiError(1000, `${moreThan(this.#limit, this.#most)} of yours wait: send them one after the other.`)
    } else await new Promise<void>(resolve => line.push(resolve))
    let ended = false
    return () => {
      if (ended) return
      ended = true
      const next = this.#lines.get(user)?.shift()
      if (next) next()
      else this.#lines.delete(user)
    }
  }

  async inTurn<T>(user: string, body: () => Promise<T>): Promise<T> {
    const leave = await this.enter(user)
    try {
      return await body()
    } finally {
      leave()
    }
  }
}
