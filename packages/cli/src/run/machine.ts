interface Waiting extends Asked {
  go(): void
}

interface Asked {
  cores: number
  /** MiB */
  ram: number
}

/**
 * Admits jobs by the cores and memory that this machine has, first come, first served. A job that asks for more than there
 * is can never run and is refused at once.
 */
export class Machine {
  readonly #whole: Asked
  readonly #free: Asked
  readonly #queue: Waiting[] = []

  constructor(whole: Asked) {
    this.#whole = whole
    this.#free = { ...whole }
  }

  /** All that it has. */
  get whole(): Readonly<Asked> {
    return this.#whole
  }

  /** Resolves when there is room; `leave` gives it back. */
  async enter({ cores, ram }: Asked): Promise<{ leave(): void }> {
    const whole = this.#whole
    if (cores > whole.cores) throw new Error(`it needs ${cores} cores, and this machine has ${whole.cores}`)
    if (ram > whole.ram) throw new Error(`it needs ${ram} MiB of memory, and this machine has ${whole.ram}`)
    await new Promise<void>(go => {
      this.#queue.push({ cores, ram, go })
      this.#admit()
    })
    return {
      leave: () => {
        this.#free.cores += cores
        this.#free.ram += ram
        this.#admit()
      },
    }
  }

  #admit(): void {
    const free = this.#free
    for (let next = this.#queue[0]; next && next.cores <= free.cores && next.ram <= free.ram; next = this.#queue[0]) {
      this.#queue.shift()
      free.cores -= next.cores
      free.ram -= next.ram
      next.go()
    }
  }
}
