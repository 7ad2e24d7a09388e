import { availableParallelism, totalmem } from 'node:os'
import {
  containersOf,
  createEvaluator,
  DocumentError,
  type EngineEvent,
  type Evaluator,
  execute,
  type Problem,
  type Process,
  type Values,
} from '@reprise/cwl'
import { baseOf, engineOf, Images, type Isolation, type JobIsolation } from '@reprise/runner'
import { LIMITS } from '../limits.ts'
import { Deliver } from './deliver.ts'
import { filesOf } from './files.ts'
import { LocalHost } from './host.ts'
import { loadJobOrder } from './job-order.ts'
import { Machine } from './machine.ts'
import { loadTool, withRequirements } from './tool.ts'
import { WorkArea } from './work-area.ts'

export interface SessionOptions {
  isolation: 'auto' | Isolation
  /** jobs whose tool asks for the network get it */
  network: boolean
  /** none of the platform's leniencies */
  strict?: boolean
  /** names of images and what to take instead */
  imageMap?: { [from: string]: string }
  /** file of credentials for registries */
  registryAuth?: string
}

export interface Order {
  /** `file.cwl` or `file.cwl#id` */
  tool: string
  /** file of inputs */
  job: string | undefined
  outdir: string
  signal: AbortSignal
  warn?(problem: Problem): void
  tell?(event: EngineEvent): void
}

/**
 * What runs of one process share: the machine's cores and memory, one work area, one sandbox for expressions. Any number of
 * documents run in it, at one time too, and no run sees another.
 */
export class Session {
  readonly #options: SessionOptions
  readonly #base: JobIsolation['base']
  readonly #machine: Machine
  readonly #area: WorkArea
  readonly #evaluator: Evaluator
  #images: Promise<Images | undefined> | undefined

  constructor(options: SessionOptions, base: JobIsolation['base']) {
    const cores = availableParallelism()
    this.#options = options
    this.#base = base
    this.#machine = new Machine({ cores, ram: Math.floor(totalmem() / 1024 / 1024) })
    this.#area = new WorkArea(2 * cores + LIMITS.spareFolders)
    this.#evaluator = createEvaluator()
  }

  /** @throws IsolationError */
  static async open(options: SessionOptions): Promise<Session> {
    return new Session(options, await baseOf(options.isolation))
  }

  /**
   * Runs a document and gives its output object, the files in `outdir`.
   * @throws DocumentError, UnsupportedError, JobFailure, or the signal's reason
   */
  async run({ tool, job, outdir, signal, warn, tell }: Order): Promise<Values> {
    const { network, strict = false } = this.#options
    const { process, problems, namespaces } = await loadTool(tool, strict)
    for (const problem of problems) if (process || problem.severity === 'warning') warn?.(problem)
    if (!process) throw new DocumentError(problems.filter(problem => problem.severity === 'error'))
    const order = await loadJobOrder(job, namespaces, warn)
    const runnable = withRequirements(process, order.requirements, job ?? '', warn)
    const images = await this.#imagesFor(runnable, warn)
    const shared = { area: this.#area, machine: this.#machine, base: this.#base, images, network }
    const host = new LocalHost({ ...shared, tell, warn })
    const now = Date.now()
    const options = {
      signal,
      evaluator: this.#evaluator,
      time: now,
      seed: String(now),
      strict,
      fractions: order.fractions,
    }
    const outputs = await execute(runnable, order.inputs, host, options)
    return await new Deliver(outdir, this.#area, filesOf(this.#area)).all(outputs)
  }

  /** Looks for an engine only where a document names an image; then brings the images, so that one that can't be had is told first. */
  async #imagesFor(process: Process, warn?: Order['warn']): Promise<Images | undefined> {
    const wanted = containersOf(process)
    if (wanted.length === 0) return undefined
    this.#images ??= this.#findImages()
    const images = await this.#images
    const names = [...new Set(wanted.map(({ image }) => image))]
    if (images) await Promise.all(names.map(name => images.get(name)))
    else {
      const message = `there is no container engine: ${names.join(', ')} is not used, jobs run with the programs of this machine`
      warn?.({ message, severity: 'warning' })
    }
    return images
  }

  async #findImages(): Promise<Images | undefined> {
    const { isolation, imageMap, registryAuth } = this.#options
    const engine = await engineOf(isolation)
    return engine && new Images({ engine, map: imageMap, auth: registryAuth })
  }

  async close(): Promise<void> {
    await this.#evaluator.close()
    await this.#area.remove()
  }
}
