import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LeftError, LeftTree, remove } from '@reprise/runner'

/**
 * The temporary folder of one run: folders for attempts, what jobs left for others, and the literals that became files. At
 * most `limit` attempts have a folder at one time; who comes later waits.
 */
export class WorkArea {
  readonly folder: string
  /** what jobs left and is kept */
  readonly kept: LeftTree
  readonly #limit: number
  readonly #free: string[] = []
  readonly #waiting: ((folder: string) => void)[] = []
  #attempts = 0
  #taken = 0
  #places = 0

  constructor(limit: number) {
    this.folder = mkdtempSync(join(tmpdir(), 'reprise-run-'))
    this.#limit = limit
    for (const name of ['attempts', 'kept']) mkdirSync(join(this.folder, name))
    this.kept = new LeftTree(join(this.folder, 'kept'))
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
  newKeptPath(): string {
    return join(this.folder, 'kept', String(this.#places++))
  }

  /** A path that something may be staged from: of what jobs left, one that no link is on. @throws LeftError */
  checked(path: string): string {
    const kept = this.kept.inside(path)
    if (kept !== undefined && !this.kept.at(kept))
      throw new LeftError('what an earlier job left there is neither a file nor a folder')
    return path
  }

  text(contents: string): string {
    const path = this.newKeptPath()
    writeFileSync(path, contents)
    return path
  }

  async remove(): Promise<void> {
    await remove(this.folder)
  }
}
