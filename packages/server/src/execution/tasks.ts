import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { discard } from '@reprise/runner'
import { listAborting } from '../database/batches.ts'
import { type ActiveTask, FencedError, findActive, listActive } from '../database/task-states.ts'
import { Scheduler } from '../scheduling/scheduler.ts'
import { driveTask, TaskAborted } from './drive.ts'
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

/** The tasks that this worker drives, and those that wait for their turn: per user, with fair shares. */
export class Tasks {
  readonly #context: WorkerContext
  readonly #listener: Listener
  readonly #turns = new Scheduler({ cores: AT_ONCE, ram: 0 })
  readonly #taken = new Map<string, AbortController>()

  constructor(context: WorkerContext, listener: Listener) {
    this.#context = context
    this.#listener = listener
  }

  /** Takes every task that an earlier worker left on its way, and clears up after those that have ended. */
  async recover(): Promise<void> {
    const { database, workFolder } = this.#context
    const ids = new Set((await listActive(database.read)).map(task => task.id))
    const folders = await readdir(workFolder).catch(() => [])
    await Promise.all(folders.filter(id => !ids.has(id)).map(id => discard(join(workFolder, id))))
    await this.takeAll()
  }

  /** Takes every task that is on its way and not taken yet. */
  async takeAll(): Promise<void> {
    for (const task of await listActive(this.#context.database.read)) this.#take(task)
  }

  async queued(id: string): Promise<void> {
    if (this.#taken.has(id)) return
    const task = await findActive(this.#context.database.read, id)
    if (task) this.#take(task)
  }

  async abort(id: string): Promise<void> {
    await this.queued(id)
    this.#taken.get(id)?.abort(new TaskAborted('the task was aborted'))
    for (const child of await listAborting(this.#context.database.read, id)) await this.abort(child)
  }

  #take(task: ActiveTask): void {
    if (this.#taken.has(task.id)) return
    const controller = new AbortController()
    this.#taken.set(task.id, controller)
    this.#drive(task, controller.signal).catch(error => this.#listener.trouble(error, task.id))
  }

  async #drive(task: ActiveTask, signal: AbortSignal): Promise<void> {
    const user = task.executed_by ?? task.created_by
    const turn = await this.#turns.enter({ user, task: task.id, cores: 1, ram: 0 }, signal).catch(() => undefined)
    let again = false
    try {
      await driveTask(this.#context, signal.aborted ? { ...task, status: 'ABORTING' } : task, signal)
    } catch (error) {
      if (error instanceof FencedError) {
        this.#listener.fenced()
        return
      }
      again = true
      this.#listener.trouble(error, task.id)
    } finally {
      turn?.leave()
      this.#taken.delete(task.id)
      this.#listener.changed(task.id)
      if (task.parent !== null) this.#listener.changed(task.parent)
    }
    if (again) setTimeout(() => this.queued(task.id).catch(error => this.#listener.trouble(error, task.id)), AGAIN)
  }
}
