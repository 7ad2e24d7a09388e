/** Keys of one look. */
const KEYS = 500

interface Asked<V> {
  keys: string[]
  resolve(found: Map<string, V>): void
  reject(error: unknown): void
}

/** Looks up together what is asked for in one turn of the event loop. */
export class InOneTurn<V> {
  readonly #look: (keys: string[]) => Promise<Map<string, V>>
  #asked: Asked<V>[] = []

  constructor(look: (keys: string[]) => Promise<Map<string, V>>) {
    this.#look = look
  }

  /** What is found of these keys, and maybe of others. */
  find(keys: string[]): Promise<Map<string, V>> {
    if (keys.length === 0) return Promise.resolve(new Map())
    return new Promise((resolve, reject) => {
      this.#asked.push({ keys, resolve, reject })
      if (this.#asked.length === 1) setImmediate(() => void this.#answer())
    })
  }

  async #answer(): Promise<void> {
    const asked = this.#asked
    this.#asked = []
    try {
      const keys = [...new Set(asked.flatMap(each => each.keys))]
      const found = new Map<string, V>()
      for (let from = 0; from < keys.length; from += KEYS) {
        for (const [key, value] of await this.#look(keys.slice(from, from + KEYS))) found.set(key, value)
      }
      for (const { resolve } of asked) resolve(found)
    } catch (error) {
      for (const { reject } of asked) reject(error)
    }
  }
}
