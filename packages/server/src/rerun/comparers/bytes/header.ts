import { createHash, type Hash } from 'node:crypto'
import { BOUNDS } from '../../../limits/table.ts'
import { TooMuch } from '../errors.ts'
import type { Cursor } from './cursor.ts'

/** Bytes of a line of a header that are kept, and kinds of lines that are told apart. */
const LONGEST = BOUNDS.headerLine
const KINDS = BOUNDS.headerKinds

/** The line that the cursor stands at, and whether a newline ends it. Throws TooMuch for one that is longer than a header's may be. */
export async function takeLine(cursor: Cursor): Promise<{ line: Buffer; isEnded: boolean }> {
  const parts: Buffer[] = []
  let length = 0
  while (await cursor.more()) {
    const end = cursor.rest.indexOf(10)
    const part = Buffer.from(end === -1 ? cursor.rest : cursor.rest.subarray(0, end))
    length += part.length
    if (length > LONGEST) throw new TooMuch(`a line of the header is longer than ${LONGEST / 2 ** 20} MiB`)
    parts.push(part)
    cursor.skip(end === -1 ? part.length : end + 1)
    if (end !== -1) return { line: parts.length === 1 ? part : Buffer.concat(parts), isEnded: true }
  }
  return { line: Buffer.concat(parts), isEnded: false }
}

/** Lines that are set aside, by their kind: a hash of those of each, with their places. */
export class SetAside {
  readonly #kinds = new Map<string, Hash>()

  /** @param place how many lines that count stand before it */
  note(kind: string, line: Buffer, place: number): void {
    let hash = this.#kinds.get(kind)
    if (!hash) {
      if (this.#kinds.size === KINDS)
        throw new TooMuch(`the header has more than ${KINDS} kinds of lines that are set aside`)
      hash = createHash('sha256')
      this.#kinds.set(kind, hash)
    }
    hash.update(`${place} ${line.length}:`).update(line)
  }

  /** The kinds whose lines are not the same in the other, by name. */
  differing(other: SetAside): string[] {
    const [own, others] = [this.#digests(), other.#digests()]
    return [...new Set([...own.keys(), ...others.keys()])].filter(kind => own.get(kind) !== others.get(kind)).sort()
  }

  kinds(): string[] {
    return [...this.#kinds.keys()].sort()
  }

  #digests(): Map<string, string> {
    return new Map([...this.#kinds].map(([kind, hash]) => [kind, hash.copy().digest('hex')]))
  }
}
