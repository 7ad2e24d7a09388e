/** One thing at a time, the users in turn: whoever has many waits with all but one of them. */
export class RoundRobin {
  /** by user, in the order of their turns */
  readonly #lines = new Map<string, (() => Promise<void>)[]>()
  #running = false

  run<T>(user: string, body: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const line = this.#lines.get(user) ?? []
      line.push(() => body().then(resolve, reject))
      this.#lines.set(user, line)
      if (!this.#running) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#running = true
    for (let next = this.#next(); next; next = this.#next()) await next()
    this.#running = false
  }

  /** The first of the user who is next; their others go behind everybody else's. */
  #next(): (() => Promise<void>) | undefined {
    const [first] = this.#lines
    if (!first) return undefined
    const [user, line] = first
    const next = line.shift()
    this.#lines.delete(user)
    if (line.length > 0) this.#lines.set(user, line)
    return next
  }
}
