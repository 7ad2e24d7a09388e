/** A value, and two texts of it: as YAML 1.2 lays it out, and as loosely as readers in Python take it. */
export interface Layouts {
  value: unknown
  strict: string
  loose: string
}

/** Random values in flow style and quotes below block maps and lists, the same on every run. */
export function randomLayouts(count: number): Layouts[] {
  const random = randomNumbers(20260728)
  return Array.from({ length: count }, () => {
    const maker = new Maker(random)
    const parts = Array.from({ length: 1 + random(3) }, (_, n): [string, Part] => [`key${n}`, maker.part(3)])
    const nested = random(2) === 0
    const value = Object.fromEntries(parts.map(([key, part]) => [key, part.value]))
    const lines = (style: 'strict' | 'loose') =>
      parts.map(([key, part]) => `${nested ? '  ' : ''}${key}: ${part[style]}\n`).join('')
    return nested
      ? { value: { outer: value }, strict: `outer:\n${lines('strict')}`, loose: `outer:\n${lines('loose')}` }
      : { value, strict: lines('strict'), loose: lines('loose') }
  })
}

interface Part {
  value: unknown
  strict: string
  loose: string
}

const WORDS = ['a', 'b c', 'x:y', 'File?', '-x', '--', '$(inputs.a)', 'http://h/p', 'q#r', 'two', '^.bai']
/** Where a line may end between the parts of a list or map. */
const GAPS = [' ', '\n', '\n  ', '\n        ', ' # c\n', '\n\n']

class Maker {
  readonly #random: (below: number) => number

  constructor(random: (below: number) => number) {
    this.#random = random
  }

  part(depth: number): Part {
    const kind = this.#random(depth > 0 ? 6 : 3)
    if (kind === 0) return this.#plain()
    if (kind <= 2) return this.#quoted(kind === 1 ? '"' : "'")
    return kind === 3 ? this.#list(depth) : this.#map(depth)
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#random(items.length)]!
  }

  #plain(): Part {
    const word = this.#pick(WORDS)
    return { value: word, strict: word, loose: word }
  }

  /** Lines of text; an end of line in quotes is a blank, an empty line an end of line. */
  #quoted(quote: string): Part {
    const words = Array.from({ length: this.#random(4) }, () => this.#pick(WORDS))
    let [value, strict, loose] = ['', '', '']
    for (const [index, word] of words.entries()) {
      const empty = index === 0 ? 0 : this.#random(3)
      if (index > 0) {
        value += empty === 0 ? ' ' : '\n'.repeat(empty)
        strict += `${'\n'.repeat(empty)}\n      `
        loose += `${'\n'.repeat(empty)}\n${this.#pick(['', ' ', '\t', '   '])}`
      }
      ;[value, strict, loose] = [value + word, strict + word, loose + word]
    }
    return { value, strict: quote + strict + quote, loose: quote + loose + quote }
  }

  #list(depth: number): Part {
    const parts = Array.from({ length: this.#random(4) }, () => this.part(depth - 1))
    return {
      value: parts.map(part => part.value),
      strict: `[${parts.map(part => part.strict).join(',\n      ')}]`,
      loose: `[${parts.map(part => this.#gap() + part.loose + this.#gap()).join(',')}]`,
    }
  }

  #map(depth: number): Part {
    const parts = Array.from({ length: this.#random(4) }, (_, n): [string, Part] => [`k${n}`, this.part(depth - 1)])
    return {
      value: Object.fromEntries(parts.map(([key, part]) => [key, part.value])),
      strict: `{${parts.map(([key, part]) => `${key}: ${part.strict}`).join(',\n      ')}}`,
      loose: `{${parts.map(([key, part]) => `${this.#gap()}${key}:${this.#gap()}${part.loose}${this.#gap()}`).join(',')}}`,
    }
  }

  #gap(): string {
    return this.#pick(GAPS)
  }
}

function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}
