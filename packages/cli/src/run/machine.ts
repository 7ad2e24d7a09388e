/**
 * Admits jobs by the cores and memory that this machine has, first come, first served. A job that asks for more than there
 * is can never run and is refused at once.
 */
export class Machine {
  readonly #cores: number
  readonly #ram: number
  #freeCores: number
  #freeRam: number
  readonly #queue: { cores: number; ram: number; go(): void }[] = []

  /** @param ram MiB */
  constructor(cores: number, ram: number) {
    this.#cores = cores
    this.#ram = ram
    this.#freeCores = cores
    this.#freeRam = ram
  }

  /** Runs `work` when there is room for it. */
  async admit<T>(cores: number, ram: number, work: () => Promise<T>): Promise<T> {
    if (cores > this.#cores) throw new Error(`it needs ${cores} cores, and this machine has ${this.#cores}`)
    if (ram > this.#ram) throw new Error(`it needs ${ram} MiB of memory, and this machine has ${this.#ram}`)
    await new Promise<void>(go => {
      this.#queue.push({ cores, ram, go })
      this.#start()
    })
    try {
      return await work()
    } finally {
      this.#freeCores += cores
      this.#freeRam += ram
      this.#start()
    }
  }

  #start(): void {
    for (
      let next = this.#queue[0];
      next && next.cores <= this.#freeCores && next.ram <= this.#freeRam;
      next = this.#queue[0]
    ) {
      this.#queue.shift()
      this.#freeCores -= next.cores
      this.#freeRam -= next.ram
      next.go()
    }
  }
}
