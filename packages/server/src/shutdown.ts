/** Milliseconds that a phase has, and that calls in flight have before they are cut. */
export const LIMIT = 30_000

/**
 * How a server or worker ends: in phases, the one that was begun last first, each with a limit. Each is tried whatever became of those
 * before: a call that hangs keeps neither the worker from giving back its tasks nor the lock from being freed.
 */
export class Shutdown {
  readonly #phases: Phase[] = []
  #running: Promise<void> | undefined

  /** @param limit milliseconds that the phase may take */
  add(name: string, end: () => unknown, limit = LIMIT): void {
    this.#phases.push({ name, end, limit })
  }

  /** Resolves when all phases have ended. Rejects at the end with what went wrong in any of them. Run again it is the same end. */
  run(): Promise<void> {
    this.#running ??= this.#run()
    return this.#running
  }

  async #run(): Promise<void> {
    const errors: unknown[] = []
    for (let phase = this.#phases.pop(); phase; phase = this.#phases.pop()) {
      await within(phase).catch(error => errors.push(error))
    }
    if (errors.length === 1) throw errors[0]
    if (errors.length > 1) throw new AggregateError(errors, errors.map(messageOf).join('; '))
  }
}

interface Phase {
  name: string
  end(): unknown
  limit: number
}

async function within({ name, end, limit }: Phase): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${name} did not end within ${limit / 1000} s`)), limit)
  })
  try {
    await Promise.race([Promise.resolve().then(end), late])
  } finally {
    clearTimeout(timer)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
