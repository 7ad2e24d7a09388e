import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { discard } from '@reprise/runner'

/**
 * The temporary folder of one run: folders for attempts, what jobs left for others, and the literals that became files. At
 * most `limit` attempts have a folder at one time; who comes later waits.
 */
export class WorkArea {
  readonly folder: string
  readonly #limit: number
  readonly #free: string[] = []
  readonly #waiting: ((folder: string) => void)[] = []
  #attempts = 0
  #taken = 0
  #kept = 0

  constructor(limit: number) {
    this.folder = mkdtempSync(join(tmpdir(), 'reprise-run-'))
    this.#limit = limit
    for (const name of ['attempts', 'kept']) mkdirSync(join(this.folder, name))
  }

  /** A folder for an attempt: a name that is not there yet, or one as a new attempt has it. */
  async attempt(): Promise<string> {
    if (this.#taken >= this.#limit) return new Promise(resolve => this.#waiting.push(resolve))
    this.#taken++
    return this.#next()
  }

  /** The attempt has ended; `again` when its folder is as a new one. */
  leave(attempt: string, again: boolean): void {
    if (again) this.#free.push(attempt)
    const waiting = this.#waiting.shift()
    if (waiting) waiting(this.#next())
    else this.#taken--
  }

  #next(): string {
    return this.#free.pop() ?? join(this.folder, 'attempts', String(this.#attempts++))
  }

  /** A new place for something that is kept. */
  place(): string {
    return join(this.folder, 'kept', String(this.#kept++))
  }

  text(contents: string): string {
    const path = this.place()
    writeFileSync(path, contents)
    return path
  }

  async remove(): Promise<void> {
    try {
      rmSync(this.folder, { recursive: true, force: true })
    } catch {
      await discard(this.folder)
    }
  }
}
