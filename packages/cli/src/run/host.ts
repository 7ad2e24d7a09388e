import {
  type Capacity,
  type ContainerRequest,
  type EngineEvent,
  type FileAccess,
  failureMessage,
  type Host,
  JobFailure,
  type JobPlan,
  type JobWork,
  type Layout,
  type Problem,
  type Values,
} from '@reprise/cwl'
import {
  type Attached,
  type Images,
  type Isolation,
  isAsMade,
  type JobIsolation,
  type JobSpecification,
  Left,
  LeftError,
  remove,
  specify,
  startAttached,
  viewOf,
} from '@reprise/runner'
import { LIMITS } from '../limits.ts'
import { filesOf, pathOf } from './files.ts'
import { keepOutputs } from './keep.ts'
import type { Machine } from './machine.ts'
import type { WorkArea } from './work-area.ts'

export interface LocalHostOptions {
  area: WorkArea
  machine: Machine
  /** what keeps jobs without a container from the machine */
  base: JobIsolation['base']
  /** where there is a container engine */
  images: Images | undefined
  network: boolean
  /** is told what happens */
  tell?: (event: EngineEvent) => void
  /** is told what a job asks for and does not get */
  warn?: (problem: Problem) => void
}

/** Runs jobs on this machine in folders of one work area. Nothing is kept beyond the run. */
export class LocalHost implements Host {
  readonly files: FileAccess
  readonly machine: Capacity
  readonly containers: boolean
  readonly #options: LocalHostOptions
  readonly #warned = new Set<string>()
  /** by the path of their job */
  readonly #attempts = new Map<string, { folder: string; isolation: Isolation }>()
  /** a job failed: what waits is not started any more */
  #failed = false

  constructor(options: LocalHostOptions) {
    this.#options = options
    this.files = filesOf(options.area)
    this.machine = options.machine.whole
    this.containers = options.images !== undefined
  }

  recall(): undefined {
    return undefined
  }

  async layout(path: string, container?: ContainerRequest): Promise<Layout> {
    const { area, base, images } = this.#options
    const image = container && images ? await images.get(container.image) : undefined
    const isolation = image && images ? images.engine : base
    const folder = await area.attempt()
    this.#attempts.set(path, { folder, isolation })
    const view = viewOf(folder, isolation, container?.outdir)
    return image ? { ...view, image: image.id } : view
  }

  async keep(_path: string, outputs: Values): Promise<Values> {
    return outputs
  }

  event(event: EngineEvent): void {
    if (event.type === 'warning') {
      this.#warn(event.path, event.message)
      return
    }
    if (event.type === 'failed') this.#failed = true
    if (event.type === 'done' || event.type === 'failed') this.#leave(event.path, event.type === 'done')
    this.#options.tell?.(event)
  }

  /** The same of all elements of a scatter is said once. */
  #warn(path: string, warning: string): void {
    const step = path.replace(/\[\d+\]/g, '')
    const message = step === '' ? warning : `${step}: ${warning}`
    if (this.#warned.has(message)) return
    this.#warned.add(message)
    this.#options.warn?.({ message, severity: 'warning' })
  }

  /** The folder of a job that failed stays as it is until the run ends. */
  #leave(path: string, isDone: boolean): void {
    const attempt = this.#attempts.get(path)
    if (attempt === undefined) return
    this.#attempts.delete(path)
    this.#options.area.leave(attempt.folder, isDone && isAsMade(attempt.folder, attempt.isolation))
  }

  async run(plan: JobPlan, work: JobWork, signal: AbortSignal, running: () => void): Promise<Values> {
    const { folder: attempt } = this.#attempts.get(plan.path)!
    const { base, images, network, machine } = this.#options
    for (const warning of plan.warnings ?? []) this.#warn(plan.path, warning)
    const materialise = async (location: string) => this.#options.area.checked(pathOf(location))
    const means = { base, engine: images?.engine }
    const memory = Math.floor(machine.whole.ram * LIMITS.memoryShare)
    const specification = await specify(plan, { attempt, means, materialise, network, memory })
    let exit: Exit | undefined
    let left: Left | undefined
    try {
      const slot = await machine.enter(plan.resources)
      try {
        signal.throwIfAborted()
        if (this.#failed) throw new JobFailure(plan.path, `${plan.path}: not started, because another job failed`)
        running()
        exit = await toItsEnd(attempt, specification, signal)
        left = new Left(attempt, { specification })
        if (exit.timedOut || exit.outOfMemory || exit.notStarted) throw new JobFailure(plan.path, '', exit.exitCode)
      } finally {
        slot.leave()
      }
      const { exitCode } = exit
      const { area } = this.#options
      const read = (path: string, limit: number) => left!.read(path, limit)
      const outputs = await work.collect({ exitCode, manifest: await left.manifest(), read })
      const elsewhere = await this.#updateInPlace(plan, left)
      return await work.label(
        await keepOutputs({ outputs, seen: plan.work, left, elsewhere, newPath: () => area.newKeptPath() }),
      )
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof JobFailure && exit && left) throw await explained(error, plan, left, exit)
      throw error
    }
  }

  /**
   * Brings changes back to where the bytes came from, if an earlier job of this run made them; a user's own files stay as
   * they are. Gives the original place of each path that the job saw them at.
   */
  async #updateInPlace(plan: JobPlan, left: Left): Promise<Map<string, string>> {
    const originals = new Map<string, string>()
    for (const entry of plan.stage) {
      if (!('location' in entry) || !entry.inplace) continue
      const original = pathOf(entry.location)
      if (this.#options.area.kept.inside(original) === undefined) continue
      await remove(original)
      left.moveTo(entry.target.slice(plan.work.length + 1), original)
      originals.set(entry.target, original)
    }
    return originals
  }
}

async function explained(failure: JobFailure, plan: JobPlan, left: Left, ending: Exit): Promise<JobFailure> {
  const stderr = Buffer.from(await errorsOf(plan, left))
    .toString()
    .trimEnd()
  const outputs = failure.exitCode === undefined
  const message = failureMessage({ plan, ending, reason: failure.message, outputs, stderr })
  return new JobFailure(failure.path, message, failure.exitCode)
}

type Exit = Awaited<Attached['ended']>

/** Rejects with the signal's reason when it was aborted, and then nothing of the attempt runs any more. */
async function toItsEnd(attempt: string, specification: JobSpecification, signal: AbortSignal): Promise<Exit> {
  const running = startAttached(attempt, specification)
  const kill = () => void running.kill()
  signal.addEventListener('abort', kill, { once: true })
  try {
    const exit = await running.ended
    signal.throwIfAborted()
    return exit
  } finally {
    signal.removeEventListener('abort', kill)
  }
}

/** The end of what the job wrote on its standard error. */
async function errorsOf(plan: JobPlan, left: Left): Promise<Uint8Array> {
  if (plan.stderr === undefined) {
    using log = left.log('stderr')
    return log?.piece(LIMITS.stderrShown, 'end').bytes ?? new Uint8Array()
  }
  try {
    return await left.read(plan.stderr, LIMITS.stderrShown, 'end')
  } catch (error) {
    if (error instanceof LeftError) return new Uint8Array()
    throw error
  }
}
