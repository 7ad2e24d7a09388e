import type { JobPlan, JobWork, Key, Values } from '@reprise/cwl'
import { mayTakeFrom } from '../database/reuse.ts'
import type { JobRow } from '../database/schema.ts'
import type { Hashed } from '../database/values.ts'
import { findKey, type Identity, identify, storedKey, storedParts } from '../reuse/keys.ts'
import type { Attempt } from './attempts.ts'
import type { Joined } from './job.ts'
import { takeResult } from './take-result.ts'
import type { TaskRun } from './task-run.ts'

/** Milliseconds in the queue after which a job looks again for a result to take. */
const AGAIN = 1000

const WHY = 'the programs of the machine became others while it ran'
const ADOPTED = 'an earlier server started it: the programs of the machine may have become others since'
const CHANGED = { key: null, parts: null, no_key: WHY, no_reuse: WHY }

/** What is stored of a job's key with its end. */
export interface KeyRecord {
  fields: Pick<JobRow, 'key' | 'parts' | 'no_key' | 'no_reuse'>
  values: Hashed[]
  /** it is committed */
  stored(): void
}

/**
 * A job with its key. In a task that uses memoization it takes the result of another job with the same key; where one runs, of another
 * task, it waits for that one's end. In any other it gets its key when it settles, for later tasks.
 */
export class KeyedJob {
  readonly #task: TaskRun
  readonly #plan: JobPlan
  readonly #work: JobWork
  readonly #attempt: Attempt
  #programs: string
  #identity: Identity | undefined
  #key: Key | undefined
  #looked = 0
  #leave: (() => void) | undefined

  constructor(task: TaskRun, plan: JobPlan, work: JobWork, attempt: Attempt) {
    this.#task = task
    this.#plan = plan
    this.#work = work
    this.#attempt = attempt
    this.#programs = this.#programsNow()
  }

  /** Settles it with another job's result; undefined where there is none to take. */
  async takeResult(row: JobRow): Promise<Values | undefined> {
    const { donors, attempts } = this.#task
    // what runs already is waited for
    if (!donors || this.#attempt.found) return undefined
    const key = await this.#findKey(true)
    if (!key || this.#identify().noReuse !== undefined) return undefined
    this.#looked = Date.now()
    for (;;) {
      const donor = await donors.holdDonor(key.hash, this.#plan.path)
      if (!donor) return undefined
      const taken = await takeResult(this.#task, { row, plan: this.#plan, work: this.#work, key }, donor)
      if (!taken) continue
      attempts.forget(this.#plan.path)
      return taken
    }
  }

  /** To be asked when it has its place: what it waits for rather than to run; from then on others may wait for it. */
  async joins(): Promise<Joined | undefined> {
    const { donors, context, id, project, taker } = this.#task
    this.#lookAgain()
    if (!donors) return undefined
    const key = await this.#findKey(true)
    if (!key || this.#identify().noReuse !== undefined) return undefined
    const { hash } = key
    if (Date.now() - this.#looked > AGAIN && (await donors.has(hash, this.#plan.path)))
      return { ended: Promise.resolve() }
    const other = context.running.find(hash, id)
    if (other && (await mayTakeFrom(context.database.read, other.project, taker)) && !other.joined.has(id)) {
      other.joined.add(id)
      donors.forget(hash)
      return { ended: other.ended }
    }
    this.#leave ??= context.running.enter(hash, { task: id, project, path: this.#plan.path })
    return undefined
  }

  /** It has come to its end: those that wait for it go on. */
  leave(): void {
    this.#leave?.()
  }

  /** What is stored of it when it has run. */
  async record(): Promise<KeyRecord> {
    if (this.#programsNow() !== this.#programs) return { fields: CHANGED, values: [], stored: () => undefined }
    const { noKey = null, noReuse = null, parts } = this.#identify()
    const key = await this.#findKey(false)
    const { storedParts: known, lateKeys } = this.#task.context
    const values = key ? known.missing(storedKey(key)) : parts && noKey === null ? [storedParts(parts)] : []
    // which programs it found when it started, nobody knows any more
    const isAdopted = this.#attempt.found !== undefined && this.#attempt.isolation === 'sandbox'
    const fields = {
      key: key?.hash ?? null,
      parts: key ? null : (values[0]?.hash ?? null),
      no_key: noKey,
      no_reuse: noReuse ?? (isAdopted ? ADOPTED : null),
    }
    const stored = () => {
      if (key) known.stored(values)
      else if (parts && noKey === null) lateKeys.settled(this.#task.id, this.#plan.path, parts, this.#task.user)
    }
    return { fields, values, stored }
  }

  #identify(): Identity {
    this.#identity ??= identify(this.#plan, this.#work, this.#task.keys, {
      isolation: this.#attempt.isolation,
      programs: this.#programs,
      attempt: this.#attempt.folder,
    })
    return this.#identity
  }

  async #findKey(compute: boolean): Promise<Key | undefined> {
    const { parts } = this.#identify()
    if (!this.#key && parts) this.#key = await findKey(parts, this.#task.keys.hashes, compute)
    return this.#key
  }

  /** While it waited for its place the machine's programs may have become others. */
  #lookAgain(): void {
    const now = this.#programsNow()
    if (now === this.#programs) return
    this.#programs = now
    this.#identity = undefined
    this.#key = undefined
  }

  #programsNow(): string {
    return this.#attempt.isolation === 'sandbox' ? this.#task.context.programs.fingerprint() : ''
  }
}
