import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { type ExitRecord, type Isolation, mark, readSpecification } from '@reprise/runner'
import type { Dispatch } from './dispatch.ts'
import { removeFolder } from './removal.ts'

/** One start of a job: its folder is all that there is of it. */
export interface Attempt {
  folder: string
  /** from 1 */
  number: number
  /** an earlier attempt of the job was lost with its machine or server */
  retried: boolean
  /** what it runs in */
  isolation: Isolation
  /** what an earlier server had started: its end, or that end to wait for */
  found?: ExitRecord | { ended: Promise<ExitRecord> }
}

/**
 * The attempts of a task's jobs, `<folder>/<job>/<number>`. What an earlier server left is looked at once, when its job
 * becomes ready again: an attempt that runs or has finished is taken over; one that is lost is followed by the next number
 * in a fresh folder.
 */
export class Attempts {
  readonly #folder: string
  readonly #dispatch: Dispatch
  readonly #left: Promise<Set<string>>
  readonly #elsewhere: string[]
  readonly #current = new Map<string, Attempt>()
  readonly #discarding = new Set<Promise<void>>()

  /** @param elsewhere the same folder of workers on other machines, or before this boot: their attempts are lost */
  constructor(folder: string, dispatch: Dispatch, elsewhere: string[] = []) {
    this.#folder = folder
    this.#dispatch = dispatch
    this.#elsewhere = elsewhere
    this.#left = fs.readdir(folder).then(
      names => new Set(names),
      () => new Set(),
    )
  }

  /** The attempt that the job at `path` runs in now. */
  async open(path: string, isolation: Isolation): Promise<Attempt> {
    const name = folderName(path)
    const attempt = (await this.#left).has(name)
      ? await this.#find(name, isolation)
      : await this.#first(name, isolation)
    this.#current.set(path, attempt)
    return attempt
  }

  get(path: string): Attempt {
    const attempt = this.#current.get(path)
    if (!attempt) throw new Error(`the job ${path} has no folder yet`)
    return attempt
  }

  /** A new one after `lost`. Where jobs see real paths the folder's name is in the plan already, and stays. */
  async next(path: string, lost: Attempt): Promise<Attempt> {
    await removeFolder(lost.folder)
    const number = lost.number + 1
    const attempt = this.#fresh(folderName(path), number, true, lost.isolation)
    if (lost.isolation === 'none') attempt.folder = lost.folder
    this.#current.set(path, attempt)
    return attempt
  }

  /** The job needs no attempt. */
  forget(path: string): void {
    this.#current.delete(path)
  }

  /** Removes what is left of a settled job, beside what else there is to do. */
  discard(path: string): void {
    this.#current.delete(path)
    // what stays goes with the folder of the task
    const discarding = removeFolder(join(this.#folder, folderName(path))).catch(() => undefined)
    this.#discarding.add(discarding)
    discarding.then(() => this.#discarding.delete(discarding))
  }

  /** Resolves when nothing is being removed any more. */
  async drained(): Promise<void> {
    await Promise.all(this.#discarding)
  }

  #fresh(name: string, number: number, retried: boolean, isolation: Isolation): Attempt {
    return { folder: join(this.#folder, name, String(number)), number, retried, isolation }
  }

  async #first(name: string, isolation: Isolation): Promise<Attempt> {
    const others = this.#elsewhere.map(folder => join(folder, name))
    const lost = Math.max(0, ...(await Promise.all(others.map(lastIn))))
    if (lost > 0) await Promise.allSettled(others.map(abandonJob))
    return this.#fresh(name, lost + 1, lost > 0, isolation)
  }

  async #find(name: string, isolation: Isolation): Promise<Attempt> {
    const number = await lastIn(join(this.#folder, name))
    if (number === 0) return await this.#first(name, isolation)
    const attempt = this.#fresh(name, number, number > 1, isolation)
    const specification = await readSpecification(attempt.folder)
    if (specification?.isolation === isolation) {
      const found = await this.#dispatch.adopt(attempt.folder)
      if (found !== 'lost') return { ...attempt, found }
    } else {
      await this.#dispatch.cancel([attempt.folder])
    }
    await removeFolder(attempt.folder)
    return this.#fresh(name, number + 1, true, isolation)
  }
}

/** The number of the last attempt in the folder of a job; 0 when there is none. */
async function lastIn(folder: string): Promise<number> {
  const names = await fs.readdir(folder).catch(() => [])
  return Math.max(0, ...names.map(Number).filter(Number.isInteger))
}

/** Folders of all attempts that there are of a task. */
export async function listAttempts(folder: string): Promise<string[]> {
  const jobs = await fs.readdir(folder).catch(() => [])
  const attempts = jobs.map(async job => {
    // a settled job's folder may be removed meanwhile
    const numbers = await fs.readdir(join(folder, job)).catch(() => [])
    return numbers.map(number => join(folder, job, number))
  })
  return (await Promise.all(attempts)).flat()
}

/** Gives up the attempts of a job in its folder on another machine: it has another one here. */
async function abandonJob(folder: string): Promise<void> {
  const numbers = await fs.readdir(folder).catch(() => [])
  await Promise.all(numbers.map(number => mark(join(folder, number))))
}

/** A job's path as one name of a folder: readable, and unique by its hash. */
function folderName(path: string): string {
  const readable = path.replaceAll(/[^\w.-]+/g, '_').slice(0, 60)
  return `${readable}-${createHash('sha256').update(path).digest('hex').slice(0, 16)}`
}
