/**
 * Makes the plans that callers wait for, beside the tasks that this worker drives.
 *
 *   1. A call writes a row that is MAKING and says so; a message that is lost is made up for by the next one, and by a look now and then.
 *   2. A worker takes the row by its claim and a lease, plans (make-plan.ts), writes the rows some at a time, and READY last.
 *   3. Where a newer plan has taken its place, or another worker has it, the next write says so and the work ends.
 *   4. After a crash the lease runs out, or the next worker of the only server takes up all.
 */
import { setTimeout as pauseFor } from 'node:timers/promises'
import { JobFailure, UnsupportedError } from '@reprise/cwl'
import { EngineError } from '@reprise/runner'
import type { Time } from '../../database/clock.ts'
import { isPassing } from '../../database/errors.ts'
import {
  claimPlan,
  clearPlan,
  insertBasis,
  insertPlanned,
  nextPlanToMake,
  type PlanToMake,
  releasePlans,
  updatePlan,
} from '../../database/plans.ts'
import { failpoint } from '../../failpoints.ts'
import type { WorkerContext } from '../worker-context.ts'
import { type MadePlan, makePlan } from './make-plan.ts'

/** Plans that are made at one time, of one user one. */
const AT_ONCE = 2
/** Milliseconds for which a worker has a plan, and between two writes that prolong it. */
const LEASE = 30_000
const BEAT = 1000
/** Milliseconds between two looks for what other workers left, and for what failed in passing. */
const LOOK = 20_000
/** Rows of one transaction. */
const ROWS = 400

/** Workers that died with a plan, before it is not tried again. */
const DEATHS = 3
const DEADLY =
  `The server's worker died ${DEATHS} times while it made this plan, so it is not tried again. What the task's inputs or ` +
  'expressions make may need more memory than the worker has.'
const UNTOLD = 'The server could not make this plan; its log says why.'

/** The plan is another worker's, or wanted no more. */
class PlanEnded extends Error {
  override name = 'PlanEnded'
}

export interface PlannerOptions {
  /** no other worker makes plans of this database */
  alone: boolean
  trouble(error: unknown): void
}

export class Planner {
  readonly #context: WorkerContext
  readonly #options: PlannerOptions
  /** users of whom a plan is made */
  readonly #users = new Set<string>()
  #looking: Promise<void> | undefined
  #again = false

  constructor(context: WorkerContext, options: PlannerOptions) {
    this.#context = context
    this.#options = options
  }

  /** Takes up what earlier workers left. */
  async start(): Promise<void> {
    if (this.#options.alone) await this.#context.database.write(releasePlans)
    setInterval(() => this.makeWaiting(), LOOK).unref()
    this.makeWaiting()
  }

  /** Somebody waits for a plan. */
  makeWaiting(): void {
    this.#again = true
    this.#looking ??= this.#take()
      .catch(error => isPassing(error) || this.#options.trouble(error))
      .then(() => {
        this.#looking = undefined
        if (this.#again) this.makeWaiting()
      })
  }

  async #take(): Promise<void> {
    const { database } = this.#context
    this.#again = false
    const { clock } = database
    while (this.#users.size < AT_ONCE) {
      const plan = await nextPlanToMake(database.read, clock.now(), [...this.#users])
      if (!plan) return
      this.#users.add(plan.username)
      void this.#claimAndMake(plan, clock.later(LEASE))
    }
  }

  async #claimAndMake(plan: PlanToMake, lease: Time): Promise<void> {
    const { database, owner } = this.#context
    try {
      const isMine = await database.write(tx => claimPlan(tx, plan.id, owner.claim, database.clock.now(), lease))
      if (isMine && plan.tries >= DEATHS)
        await this.#update(plan, { state: 'FAILED', message: DEADLY, made: Date.now() })
      else if (isMine) await this.#make(plan)
    } catch (error) {
      if (!(error instanceof PlanEnded) && !isPassing(error)) this.#options.trouble(error)
      // the rows can't be written for now
      if (isPassing(error)) await pauseFor(BEAT)
    }
    this.#users.delete(plan.username)
    this.makeWaiting()
  }

  async #make(plan: PlanToMake): Promise<void> {
    const stop = new AbortController()
    let latest = { done: 0, total: 0 }
    const beat = setInterval(() => {
      this.#update(plan, { ...latest, lease: this.#context.database.clock.later(LEASE) }).catch(error => {
        if (error instanceof PlanEnded) stop.abort(error)
      })
    }, BEAT)
    const progress = (done: number, total: number) => {
      latest = { done, total }
    }
    try {
      const made = await makePlan(this.#context, plan, { signal: stop.signal, progress })
      failpoint('before-plan')
      await this.#write(plan, made)
    } catch (error) {
      if (error instanceof PlanEnded || isPassing(error)) throw error
      const isOfTask = error instanceof JobFailure || error instanceof UnsupportedError || error instanceof EngineError
      if (!isOfTask) this.#options.trouble(error)
      const message = isOfTask ? error.message : UNTOLD
      await this.#update(plan, { state: 'FAILED', message, made: Date.now() })
    } finally {
      clearInterval(beat)
    }
  }

  /** Nobody sees it before the last row is there. */
  async #write({ id }: PlanToMake, { rows, basis, figures }: MadePlan): Promise<void> {
    const { database } = this.#context
    while (await database.write(tx => clearPlan(tx, id)));
    for (let from = 0; from < rows.length; from += ROWS) {
      const some = rows.slice(from, from + ROWS).map((row, index) => ({
        plan: id,
        position: from + index,
        decision: row.decision,
        row: JSON.stringify(row),
      }))
      await this.#update({ id }, {}, tx => insertPlanned(tx, some))
    }
    const texts = basis.map((text, position) => ({ plan: id, position, basis: text }))
    for (let from = 0; from < texts.length; from += 10) {
      await this.#update({ id }, {}, tx => insertBasis(tx, texts.slice(from, from + 10)))
    }
    await this.#update({ id }, { state: 'READY', result: JSON.stringify(figures), made: Date.now() })
  }

  /** In the name of this worker. Throws PlanEnded. */
  async #update(
    { id }: Pick<PlanToMake, 'id'>,
    fields: Parameters<typeof updatePlan>[3],
    body?: (tx: Parameters<typeof updatePlan>[0]) => Promise<void>,
  ): Promise<void> {
    const { database, owner } = this.#context
    const { clock } = database
    await database.write(async tx => {
      const isMine = await updatePlan(tx, id, owner.claim, { lease: clock.later(LEASE), ...fields })
      if (!isMine) throw new PlanEnded()
      await body?.(tx)
    })
  }
}
