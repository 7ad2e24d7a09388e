import { availableParallelism, totalmem } from 'node:os'
import {
  createEvaluator,
  DocumentError,
  type EngineEvent,
  type Evaluator,
  execute,
  type Problem,
  type Values,
} from '@reprise/cwl'
import { checkIsolation, type Isolation } from '@reprise/runner'
import { Deliver } from './deliver.ts'
import { localFiles } from './files.ts'
import { LocalHost } from './host.ts'
import { loadJobOrder } from './job-order.ts'
import { Machine } from './machine.ts'
import { loadTool, withRequirements } from './tool.ts'
import { WorkArea } from './work-area.ts'

export interface SessionOptions {
  isolation: 'auto' | Isolation
  /** jobs whose tool asks for the network get it */
  network: boolean
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

/** Attempts that may have a folder beside those that run. */
const SPARE = 16

/**
 * What runs of one process share: the machine's cores and memory, one work area, one sandbox for expressions. Any number of
 * documents run in it, at one time too, and no run sees another.
 */
export class Session {
  readonly #options: { isolation: Isolation; network: boolean }
  readonly #machine: Machine
  readonly #area: WorkArea
  readonly #evaluator: Evaluator

  constructor(options: { isolation: Isolation; network: boolean }) {
    const cores = availableParallelism()
    this.#options = options
    this.#machine = new Machine({ cores, ram: Math.floor(totalmem() / 1024 / 1024) })
    this.#area = new WorkArea(2 * cores + SPARE)
    this.#evaluator = createEvaluator()
  }

  /** @throws IsolationError */
  static async open({ isolation, network }: SessionOptions): Promise<Session> {
    return new Session({ isolation: await checkIsolation(isolation), network })
  }

  /**
   * Runs a document and gives its output object, the files in `outdir`.
   * @throws DocumentError, UnsupportedError, JobFailure, or the signal's reason
   */
  async run({ tool, job, outdir, signal, warn, tell }: Order): Promise<Values> {
    const { process, problems, namespaces } = await loadTool(tool)
    for (const problem of problems) if (problem.severity === 'warning') warn?.(problem)
    if (!process) throw new DocumentError(problems.filter(problem => problem.severity === 'error'))
    const order = await loadJobOrder(job, namespaces)
    const host = new LocalHost({ area: this.#area, machine: this.#machine, ...this.#options, tell, warn })
    const now = Date.now()
    const options = { signal, evaluator: this.#evaluator, time: now, seed: String(now) }
    const outputs = await execute(withRequirements(process, order.requirements), order.inputs, host, options)
    return await new Deliver(outdir, this.#area, localFiles).all(outputs)
  }

  async close(): Promise<void> {
    await this.#evaluator.close()
    await this.#area.remove()
  }
}
