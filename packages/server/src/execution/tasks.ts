import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { abortChildren, childrenToAbort, listAborting } from '../database/batches.ts'
import { type ActiveTask, FencedError, listActive, listStopping } from '../database/task-states.ts'
import { FairTurns } from '../scheduling/fair-turns.ts'
import { abandonAttempts, endAttempts, endMarked } from './abandoned.ts'
import { driveTask, failDeadlyTask } from './drive.ts'
import type { TakenTask } from './owner.ts'
import { TaskAborted } from './publish-ahead.ts'
import { type Takeover, Takeovers } from './takeovers.ts'
import type { WorkerContext } from './worker-context.ts'

/** Tasks that are driven at one time; each holds its graph and values in memory. */
const AT_ONCE = 200
/** Milliseconds until a task is taken up again whose rows could not be written. */
const AGAIN = 5_000

export interface Listener {
  changed(task: string): void
  trouble(error: unknown, task: string): void
  /** another worker has taken over: nothing may be written any more */
  fenced(): void
}

/**
 * The tasks that this worker drives, and those that wait for their turn: per user, with fair shares. Where workers share the
 * tasks (owner.ts) it takes no more than it is free for, and looks for another one when one has ended. What an earlier worker
 * left, and may have died of, is taken up with care (takeovers.ts).
 */
export class Tasks {
  readonly #context: WorkerContext
  readonly #listener: Listener
  readonly #turns = new FairTurns(AT_ONCE)
  readonly #taken = new Map<string, AbortController>()
  /** those that are this worker's and not driven yet */
  readonly #claimed: TakenTask[] = []
  readonly #takeovers: Takeovers
  #looking: Promise<void> | undefined
  #lookAgain = false

  constructor(context: WorkerContext, listener: Listener) {
    this.#context = context
    this.#listener = listener
    const { database, owner } = context
    this.#takeovers = new Takeovers(database, owner, (error, task) => {
      if (error instanceof FencedError) listener.fenced()
      else listener.trouble(error, task)
    })
  }

  /** Takes every task that an earlier worker left on its way, and clears up after those that have ended. */
  async recover(): Promise<void> {
    const { database, dispatch, workFolder, otherFolders } = this.#context
    const [here = [], ...others] = await Promise.all(
      [workFolder, ...(await otherFolders())].map(async folder => {
        const ids = await readdir(folder).catch(() => [])
        return ids.map(id => ({ id, folder: join(folder, id) }))
      }),
    )
    // folders first: one that is made now belongs to a task that is on its way then
    const ids = new Set((await listActive(database.read)).map(task => task.id))
    const ended = (all: typeof here) => all.filter(({ id }) => !ids.has(id))
    // what can't be removed now is so at the next start
    await Promise.allSettled(ended(here).map(({ folder }) => endAttempts(dispatch, folder)))
    await Promise.allSettled(ended(others.flat()).map(({ folder }) => abandonAttempts(folder)))
    await this.claimAll()
    await this.clearStrays()
  }

  /**
   * Where workers share the tasks: ends what runs on this machine for tasks that went to another one or have ended.
   */
  async clearStrays(): Promise<void> {
    const { owner, dispatch, workFolder } = this.#context
    if (!this.#isShared) return
    const ids = (await readdir(workFolder).catch(() => [])).filter(id => !this.#taken.has(id))
    const strays = ids.length === 0 ? [] : await owner.tasksToEnd(ids)
    await Promise.allSettled(strays.map(id => endAttempts(dispatch, join(workFolder, id))))
  }

  /** Ends what other machines have given up of what runs here; asks no database. */
  async endMarked(): Promise<void> {
    const { dispatch, workFolder } = this.#context
    const ids = await readdir(workFolder).catch(() => [])
    await endMarked(
      dispatch,
      ids.map(id => join(workFolder, id)),
    )
  }

  /** Takes what there is to take and is not taken yet, and tells those that it has which are to be aborted. */
  async claimAll(): Promise<void> {
    this.#lookAgain = true
    this.#looking ??= this.#claimMore().finally(() => {
      this.#looking = undefined
    })
    await this.#looking
  }

  /** Where workers share the tasks, this one is not taken before those that have waited longer. */
  async queued(id: string): Promise<void> {
    if (this.#taken.has(id)) return
    if (this.#isShared) await this.claimAll()
    else this.#claimAgain(id)
  }

  /** Children of a batch task that this worker has made. */
  async childrenMade(children: ActiveTask[]): Promise<void> {
    if (this.#isShared) await this.claimAll()
    else for (const child of children) this.#startDriving(child)
  }

  /** Nobody says it a second time: while the rows can't be read it is tried again. */
  async abort(id: string): Promise<void> {
    try {
      await this.#abort(id)
    } catch (error) {
      this.#listener.trouble(error, id)
      setTimeout(() => this.abort(id), AGAIN)
    }
  }

  async #abort(id: string): Promise<void> {
    if (!this.#taken.has(id)) await this.#claimOne(id)
    this.#abortTaken(id)
    for (const child of await listAborting(this.#context.database.read, id)) {
      if (!this.#taken.has(child)) await this.#claimOne(child)
      this.#abortTaken(child)
    }
  }

  async #claimMore(): Promise<void> {
    const { database, owner } = this.#context
    while (this.#lookAgain) {
      this.#lookAgain = false
      // a server died as it told them one after the other: none of them is to start
      if ((await childrenToAbort(database.read)).length > 0) while (await database.write(abortChildren));
      await this.#take(await owner.claimTasks(this.#room()))
      for (const id of await listStopping(database.read)) this.#abortTaken(id)
    }
  }

  get #isShared(): boolean {
    return Number.isFinite(this.#context.owner.mostTasks)
  }

  #room(): number {
    return this.#context.owner.mostTasks - this.#taken.size
  }

  #abortTaken(id: string): void {
    this.#taken.get(id)?.abort(new TaskAborted('the task was aborted'))
  }

  async #claimOne(id: string): Promise<void> {
    const task = await this.#context.owner.claimTask(id)
    await this.#take(task ? [task] : [])
  }

  /** What is taken and can't be driven now is so at the next look. */
  async #take(tasks: TakenTask[]): Promise<void> {
    this.#claimed.push(...tasks)
    if (this.#claimed.some(task => task.left)) await this.#takeovers.load()
    for (const task of this.#claimed.splice(0)) this.#startDriving(task)
  }

  #startDriving(task: TakenTask): void {
    if (this.#taken.has(task.id)) return
    const controller = new AbortController()
    this.#taken.set(task.id, controller)
    this.#drive(task, controller.signal).catch(error => this.#listener.trouble(error, task.id))
  }

  async #drive(task: TakenTask, signal: AbortSignal): Promise<void> {
    const user = task.executed_by ?? task.created_by
    const isLeft = task.left && task.status !== 'ABORTING'
    const takeover = isLeft ? await this.#takeovers.enter(task.id, signal) : undefined
    const batch = task.parent ?? undefined
    // without a turn it was aborted meanwhile, which `#bring` looks at
    const turn = await this.#turns.enter({ user, batch }, signal).catch(() => undefined)
    let again = false
    try {
      await this.#driveToEnd(signal.aborted ? { ...task, status: 'ABORTING' } : task, signal, takeover)
    } catch (error) {
      if (error instanceof FencedError) {
        this.#listener.fenced()
        return
      }
      again = true
      this.#listener.trouble(error, task.id)
    } finally {
      turn?.leave()
      await takeover?.end(!again)
      this.#taken.delete(task.id)
      this.#listener.changed(task.id)
      if (task.parent !== null) this.#listener.changed(task.parent)
    }
    if (again) setTimeout(() => this.#claimAgain(task.id), AGAIN)
    else this.#claimNext(task.id)
  }

  async #driveToEnd(task: TakenTask, signal: AbortSignal, takeover: Takeover | undefined): Promise<void> {
    const isDeadly = takeover && !signal.aborted && !(await takeover.begin())
    if (isDeadly) await failDeadlyTask(this.#context, task)
    else await driveTask(this.#context, task, signal, takeover)
  }

  #claimAgain(id: string): void {
    if (this.#taken.has(id)) return
    this.#claimOne(id).catch(error => {
      this.#listener.trouble(error, id)
      setTimeout(() => this.#claimAgain(id), AGAIN)
    })
  }

  /** Takes another one in the place of one that has ended. */
  #claimNext(id: string): void {
    if (this.#isShared) this.claimAll().catch(error => this.#listener.trouble(error, id))
  }
}
