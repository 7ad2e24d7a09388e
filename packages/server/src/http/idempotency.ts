/**
 * `Idempotency-Key`: a call that is repeated with the same key is carried out once, and answered each time as the first.
 *
 *   1. The key belongs to the user. It goes with a fingerprint of method, path, query and body: another call with the same
 *      key is refused (90007).
 *   2. In one process a repeat waits until the first one is done.
 *   3. The first transaction of the call takes the key, in that same transaction: either both are there or none. From then on
 *      no repeat carries the call out, on any process, also after a crash. A call that was refused before it wrote anything
 *      has taken no key, and may be corrected under the same one.
 *   4. When the answer is made it is kept beside the key, for 24 hours. This is a second transaction. Should the server die
 *      between the two, the call was carried out and its answer is lost: a repeat then shows the object that the call made,
 *      as it is now (`again` of a route), or, where that is harmless, carries the call out again (`repeats`); where
 *      neither can be done it is refused with 90007, which says so.
 *
 *   5. A kept answer is shown only as long as its caller may read what it is about (still-visible.ts); else its repeat is refused as any
 *      other call that reads it.
 *
 * A rule that writes by another database than the one that it is given does nothing, and fails (own-handle.ts): what it wrote so would be
 * carried out again.
 *
 * A call of several transactions that dies between them was carried out in part: its repeat is answered by rule 4 as well.
 */
import { createHash } from 'node:crypto'
import { findKey, insertKey, removeOldKeys, updateKey } from '../database/idempotency.ts'
import type { Database, Write } from '../database/index.ts'
import { throughOwnHandle, withOwnHandle } from '../database/own-handle.ts'
import type { IdempotencyKeyRow } from '../database/schema.ts'
import { ApiError } from '../errors.ts'
import { newUuid } from '../ids.ts'

/** An answer as it is kept; without a body when that is empty. */
export interface Kept {
  status: number
  body: string | null
}

export interface KeyedCall {
  username: string
  key: string
  fingerprint: string
}

/** What a call with a key can do. */
export interface Steps {
  /** The call itself, on the database given here. */
  carryOut(database: Database): Promise<Kept>
  /** The answer of a call that was carried out, from what it made (null when that isn't known); undefined when it can't. */
  again?(object: string | null): Promise<Kept | undefined>
  /** Throws ApiError when the caller may not see any more what this kept answer shows. */
  seen(body: string, object: string | null): Promise<void>
  /** to carry it out twice does no harm */
  repeats: boolean
  /** A refusal as it is answered. */
  refusal(error: ApiError): Kept
}

const KEY = /^[!-~]{1,255}$/
/** Milliseconds that a key is kept. */
const LIFETIME = 24 * 3600 * 1000
/** Characters of a body that is kept. */
const LARGEST = 2 ** 20

/** The key of a call, undefined when it has none. Throws ApiError 90000 for one that is none. */
export function keyOf(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  if (typeof header === 'string' && KEY.test(header)) return header
  throw new ApiError(90000, 'must have 1 to 255 visible characters.', 'Idempotency-Key')
}

export function fingerprintOf(method: string, url: string, body: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([method, url, body ?? null]))
    .digest('hex')
}

class KeyTaken extends Error {}

export class Idempotency {
  readonly #database: Database
  readonly #now: () => number
  readonly #running = new Map<string, Promise<unknown>>()

  constructor(database: Database, now: () => number = Date.now) {
    this.#database = database
    this.#now = now
  }

  /** The answer of the call; `replayed` when it was carried out before. */
  async once(call: KeyedCall, steps: Steps): Promise<Kept & { replayed: boolean }> {
    const id = JSON.stringify([call.username, call.key])
    // what became of the first one, its own caller is told
    for (let first = this.#running.get(id); first; first = this.#running.get(id)) await first.catch(() => undefined)
    const mine = this.#answer(call, steps)
    this.#running.set(id, mine)
    try {
      return await mine
    } finally {
      this.#running.delete(id)
    }
  }

  async #answer(call: KeyedCall, steps: Steps): Promise<Kept & { replayed: boolean }> {
    const before = await this.#find(call)
    if (before) return this.#repeated(before, call, steps)
    const marking = this.#marking(call)
    try {
      const kept = await withOwnHandle(() => steps.carryOut(marking.database))
      if (marking.taken()) await this.#keep(call, kept)
      return { ...kept, replayed: false }
    } catch (error) {
      // another process may have been first: what it wrote is what made this one fail
      const other = marking.taken() ? undefined : await this.#findTaken(call, error instanceof KeyTaken)
      if (other) return this.#repeated(other, call, steps)
      if (marking.taken() && error instanceof ApiError && error.status < 500)
        await this.#keep(call, steps.refusal(error))
      throw error
    }
  }

  #find({ username, key }: KeyedCall): Promise<IdempotencyKeyRow | undefined> {
    return findKey(this.#database.read, username, key, this.#since())
  }

  /** `certainly`: in the writer's line, behind the transaction that has taken it. */
  #findTaken(call: KeyedCall, certainly: boolean): Promise<IdempotencyKeyRow | undefined> {
    if (!certainly) return this.#find(call)
    return this.#database.write(tx => findKey(tx, call.username, call.key, this.#since()))
  }

  #since(): number {
    return this.#now() - LIFETIME
  }

  async #repeated(row: IdempotencyKeyRow, call: KeyedCall, steps: Steps): Promise<Kept & { replayed: boolean }> {
    if (row.fingerprint !== call.fingerprint) {
      throw new ApiError(90007, 'the key was given to another call: take a new one.', 'Idempotency-Key')
    }
    if (row.status !== null) {
      if (row.status < 400 && row.body !== null) await steps.seen(row.body, row.object)
      return { status: row.status, body: row.body, replayed: true }
    }
    const kept = (await steps.again?.(row.object)) ?? (steps.repeats ? await steps.carryOut(this.#database) : undefined)
    if (kept) return { ...kept, replayed: true }
    const message = 'the call with this key was carried out, but its answer is not there: look at what it has made.'
    throw new ApiError(90007, message, 'Idempotency-Key')
  }

  /** A database on which the first transaction takes the key, and each one says what it made. */
  #marking(call: KeyedCall): { database: Database; taken(): boolean } {
    const row = {
      username: call.username,
      name: call.key,
      fingerprint: call.fingerprint,
      owner: newUuid(),
      object: null,
      status: null,
      body: null,
      created: this.#now(),
    }
    let taken = false
    const write: Database['write'] = async body => {
      const transaction = async (tx: Write) => {
        if (!taken && !(await insertKey(tx, row, this.#since()))) throw new KeyTaken('the key has another owner')
        const made = await body(tx)
        const object = idOf(made)
        if (object !== undefined) await updateKey(tx, row, { object })
        return made
      }
      const result = await throughOwnHandle(() => this.#database.write(transaction))
      taken = true
      return result
    }
    return { database: { ...this.#database, read: this.#database.read, write }, taken: () => taken }
  }

  async #keep(call: KeyedCall, { status, body }: Kept): Promise<void> {
    if (body !== null && body.length > LARGEST) return
    await this.#database.write(async tx => {
      await updateKey(tx, { username: call.username, name: call.key }, { status, body })
      await removeOldKeys(tx, this.#since())
    })
  }
}

/** The id of what a transaction gave: a row's `id`, or an app's with its revision. */
function idOf(made: unknown): string | undefined {
  if (typeof made !== 'object' || made === null) return undefined
  const { id, app, revision } = made as { [key: string]: unknown }
  if (typeof app === 'string' && typeof revision === 'number') return `${app}/${revision}`
  return typeof id === 'string' ? id : undefined
}
