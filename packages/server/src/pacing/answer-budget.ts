import { ApiError } from '../errors.ts'
import { moreThan } from '../limits/limits.ts'
import type { Limits } from '../limits/table.ts'

/**
 * What one answer may hold of stored values and documents, which can be large: a list shows fewer items rather than more
 * bytes. An answer that is large is made in its user's turn, and that lasts until it is sent: whoever asks for many, or reads
 * slowly, holds the memory of one.
 */
export class AnswerBudget {
  /** bytes */
  readonly most: number
  /** Resolves when a large answer may be made. */
  readonly #enter: () => Promise<void>
  #entered: Promise<void> | undefined

  constructor(limits: Limits, enter: () => Promise<void>) {
    this.most = limits['answer-bytes']
    this.#enter = enter
  }

  /** To be awaited before so many bytes are loaded; costs nothing for few. */
  async reserve(bytes: number): Promise<void> {
    if (bytes <= LARGE) return
    this.#entered ??= this.#enter()
    await this.#entered
  }

  /**
   * How many of the first items fit, by their sizes; never none. Throws ApiError 90000, which says what to leave out, when even
   * the first one does not.
   */
  fitting(sizes: number[], cure: string): number {
    let bytes = 0
    const end = sizes.findIndex(size => {
      bytes += size
      return bytes > this.most
    })
    if (end === 0) throw this.tooLarge(cure)
    return end === -1 ? sizes.length : end
  }

  /** Of an item behind others. */
  noRoomForMore(cure: string): ApiError {
    return new ApiError(90000, `The answer has ${moreThan('answer-bytes', this.most)} with it: ${cure}`)
  }

  tooLarge(cure: string): ApiError {
    return new ApiError(90000, `One item has ${moreThan('answer-bytes', this.most)}: ${cure}`)
  }
}

/** Bytes from which on an answer is large. */
export const LARGE = 2 ** 20

/** What is made of each item, the next one only when it is asked for. */
export async function* oneByOne<T, R>(items: T[], make: (item: T) => Promise<R>): AsyncGenerator<R> {
  for (const item of items) {
    yield await make(item)
    await pause()
  }
}

/** Lets the event loop have its turn. */
export function pause(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
