import type { Write } from '../database/index.ts'
import { existingNames } from '../database/pending.ts'

/** Prefixes that are asked for at one time. */
const BLOCK = 100
/** Numbers that are looked at first: from one that is taken to the next, which is free, lies what is looked for. */
const POWERS = Array.from({ length: 31 }, (_, power) => 2 ** power)

/**
 * Free names in a folder, for what belongs together: a file and its secondary files get the same prefix. What exists or was
 * given away already becomes `_1_name`, `_2_name`, … To be used inside the transaction that makes the files.
 */
export class FreeNames {
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
  async lookUp(names: string[]): Promise<void> {
    const unknown = [...new Set(names)].filter(name => !this.#asked.has(name))
    for (const name of await existingNames(this.#tx, this.#folder, unknown)) this.#taken.add(name)
    for (const name of unknown) this.#asked.add(name)
  }

  /** The prefix under which all of the names are free; they are taken from now on. */
  async freePrefix(names: string[]): Promise<string> {
    const first = names[0] ?? ''
    const last = this.#last.get(first)
    const number = last === undefined ? await this.#search(names) : await this.#next(names, last + 1)
    for (const name of numbered(names, number)) this.#taken.add(name)
    this.#last.set(first, number)
    return prefixOf(number)
  }

  /**
   * A free number, in few looks however many are taken: between one that is taken and one that is free there are two neighbours of
   * which that is true. Where all up to a number are taken it is the next one.
   */
  async #search(names: string[]): Promise<number> {
    await this.#lookUpNumbered(names, [0])
    if (this.#isFree(names, 0)) return 0
    await this.#lookUpNumbered(names, POWERS)
    let free = POWERS.find(power => this.#isFree(names, power)) ?? (await this.#next(names, POWERS.at(-1)!))
    let taken = Math.floor(free / 2)
    while (free - taken > 1) {
      const step = Math.ceil((free - taken) / BLOCK)
      const numbers: number[] = []
      for (let number = taken + step; number < free; number += step) numbers.push(number)
      await this.#lookUpNumbered(names, numbers)
      const found = numbers.find(number => this.#isFree(names, number))
      taken = found === undefined ? (numbers.at(-1) ?? taken) : found - step
      free = found ?? free
    }
    return free
  }

  /** The first free number from one on: where numbers were given out one after the other, the next one. */
  async #next(names: string[], from: number): Promise<number> {
    for (let number = from; ; number++) {
      if (!numbered(names, number).every(name => this.#asked.has(name))) {
        await this.#lookUpNumbered(
          names,
          Array.from({ length: BLOCK }, (_, index) => number + index),
        )
      }
      if (this.#isFree(names, number)) return number
    }
  }

  async #lookUpNumbered(names: string[], numbers: number[]): Promise<void> {
    await this.lookUp(numbers.flatMap(number => numbered(names, number)))
  }

  #isFree(names: string[], number: number): boolean {
    return numbered(names, number).every(name => !this.#taken.has(name))
  }
}

function prefixOf(number: number): string {
  return number === 0 ? '' : `_${number}_`
}

function numbered(names: string[], number: number): string[] {
  return names.map(name => shorten(prefixOf(number) + name))
}

/** A file's name has at most 255 characters; its end, which tells what it is, stays. */
export function shorten(name: string): string {
  const characters = [...name]
  return characters.length > 255 ? [...characters.slice(0, 128), ...characters.slice(-127)].join('') : name
}
