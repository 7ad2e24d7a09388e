import type { Write } from '../database/index.ts'
import { existingNames } from '../database/outputs.ts'

/** Prefixes that are asked for at one time. */
const BLOCK = 100

/**
 * Free names in a folder, for what belongs together: a file and its secondary files get the same prefix. What exists or was
 * given away already becomes `_1_name`, `_2_name`, … To be used inside the transaction that makes the files.
 */
export class Names {
  readonly #tx: Write
  readonly #folder: string
  readonly #taken = new Set<string>()
  readonly #asked = new Set<string>()
  /** the number that the last one of a name got */
  readonly #last = new Map<string, number>()

  constructor(tx: Write, folder: string) {
    this.#tx = tx
    this.#folder = folder
  }

  /** Learns in bulk which of the names exist. */
  async ask(names: string[]): Promise<void> {
    const unknown = [...new Set(names)].filter(name => !this.#asked.has(name))
    for (const name of await existingNames(this.#tx, this.#folder, unknown)) this.#taken.add(name)
    for (const name of unknown) this.#asked.add(name)
  }

  /** The prefix under which all of the names are free; they are taken from now on. */
  async take(names: string[]): Promise<string> {
    const first = names[0] ?? ''
    for (let number = this.#last.get(first) ?? 0; ; number++) {
      const prefix = number === 0 ? '' : `_${number}_`
      const prefixed = names.map(name => shorten(prefix + name))
      if (!prefixed.every(name => this.#asked.has(name))) {
        const numbers = number === 0 ? [0] : Array.from({ length: BLOCK }, (_, index) => number + index)
        await this.ask(numbers.flatMap(each => names.map(name => shorten((each === 0 ? '' : `_${each}_`) + name))))
      }
      if (prefixed.some(name => this.#taken.has(name))) continue
      for (const name of prefixed) this.#taken.add(name)
      this.#last.set(first, number + 1)
      return prefix
    }
  }
}

/** A file's name has at most 255 characters; its end, which tells what it is, stays. */
export function shorten(name: string): string {
  const characters = [...name]
  return characters.length > 255 ? [...characters.slice(0, 128), ...characters.slice(-127)].join('') : name
}
