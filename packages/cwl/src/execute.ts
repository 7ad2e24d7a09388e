/**
 * The driver: performs what the pure parts decide. It feeds the flow with events and performs its actions; for each job it
 * asks the host first whether it settled earlier, then evaluates the step's expressions, plans, has the host run the job,
 * and collects. It keeps nothing itself: all that has to survive is with the host, and after a restart the same events,
 * loaded from there, bring it to where it was.
 */

import { BUDGETS, type Budget, type Budgets } from './budget.ts'
import { evaluate, type Language, seedOf } from './expression/evaluate.ts'
import type { Evaluator } from './expression/evaluator.ts'
import { ExpressionError } from './expression/scan.ts'
import { shown } from './expression/text.ts'
import { isDirectory, mapEntries, valueAt } from './files.ts'
import { advance, newFlow } from './flow/flow.ts'
import { isUnscattered, nothingToScatter } from './flow/scatter.ts'
import { type FlowAction, type FlowEvent, type JobRef, pathOf } from './flow/state.ts'
import { stepIn, workflowAt } from './flow/steps.ts'
import { Gate, type Pass } from './gate.ts'
import type { EngineEvent, Host, JobWork } from './host.ts'
import { containerOf, refuseContainers } from './job/container.ts'
import { assertSupported, Requirements } from './job/effective-requirements.ts'
import { InputError } from './job/input-error.ts'
import { prepareInputs } from './job/inputs.ts'
import { loadContents, loadListing } from './job/load.ts'
import { defaultListing, makePlan } from './job/make-plan.ts'
import { recognise } from './job/recognise.ts'
import { type ResourcesByStep, resourcesOf } from './job/resource-overrides.ts'
import { LeftOpen, ProcessLeftOpen } from './left-open.ts'
import { type Lenient, leniencyWarning } from './leniencies.ts'
import { fitOutput } from './model/fit-value.ts'
import type { CommandLineTool, CwlVersion, ExpressionTool, Process, Step, Workflow } from './model/process.ts'
import { MEANING } from './model/version.ts'
import { collectOutputs } from './outputs/collect.ts'
import { labelled } from './outputs/labels.ts'
import { JobFailure, UnsupportedError } from './problem.ts'
import { keyParts } from './reuse/parts.ts'
import type { Value, Values } from './values.ts'

export interface ExecuteOptions {
  signal: AbortSignal
  evaluator: Evaluator
  /** what `Date` says in expressions, milliseconds since the epoch; fixed with the task, so that a rerun gives the same */
  time?: number
  /** of `Math.random` in expressions */
  seed?: string
  /** what strings, jobs and the whole may grow to, where it is not the usual */
  budgets?: Partial<Budgets>
  /** as the standard says and no more: none of the platform's leniencies (leniencies.ts) */
  strict?: boolean
  /** numbers that the inputs write with a fraction of 0 (fractions.ts), beside those of the process */
  fractions?: Iterable<number>
  /** in place of what tools state, by step (`align`, `outer/inner`, `*` for all) */
  resources?: ResourcesByStep
  /** in whose turn its JavaScript is evaluated, where several share the evaluator */
  turn?: string
}

/**
 * Runs a process to its end, by way of the host, and gives its output object. Nothing of what settled before (as the host
 * recalls it) is evaluated or run again.
 * @throws UnsupportedError before anything runs, JobFailure, the signal's reason, or ProcessLeftOpen where the host left jobs open
 */
export async function execute(process: Process, inputs: Values, host: Host, options: ExecuteOptions): Promise<Values> {
  assertSupported(process)
  if (!host.containers) refuseContainers(process)
  const run = new Execution(process, host, options)
  return process.class === 'Workflow' ? run.workflow(process, inputs) : run.single(process, inputs)
}

interface Site {
  path: string
  requirements: Requirements
  /** the process is what the user started, and no step of it */
  top: boolean
  budget: Budget
  /** the job is planned */
  planned(): void
}

class Execution {
  readonly #root: Process
  readonly #host: Host
  readonly #options: ExecuteOptions
  readonly #outer: Requirements
  readonly #budgets: Budgets
  readonly #gate: Gate
  readonly #fractions: Set<number>
  readonly #written: ReadonlySet<number>
  readonly #requirements = new Map<string, Requirements>()

  constructor(root: Process, host: Host, options: ExecuteOptions) {
    this.#root = root
    this.#host = host
    this.#options = options
    this.#outer = new Requirements().within(root)
    this.#budgets = { ...BUDGETS, ...options.budgets }
    this.#gate = new Gate(this.#budgets)
    this.#fractions = new Set([...(root.fractions ?? []), ...(options.fractions ?? [])])
    this.#written = new Set(this.#fractions)
  }

  /** A tool that is no step of anything. */
  async single(process: Process, inputs: Values): Promise<Values> {
    const path = process.id || 'main'
    this.#tell({ type: 'known', steps: 1, jobs: 1 })
    const settled = this.#host.recall(path)
    if (settled) return settled
    try {
      return await this.#within(pass =>
        this.#job(process, inputs, { ...pass, path, requirements: this.#outer, top: true }),
      )
    } catch (error) {
      if (error instanceof LeftOpen) throw new ProcessLeftOpen([])
      this.#tell({ type: 'failed', path })
      throw error
    }
  }

  /** Performs the actions of the flow, as many at once as it gives; the host decides what really runs at one time. */
  async workflow(root: Workflow, given: Values): Promise<Values> {
    const inputs = await this.#within(pass =>
      this.#guard('', () =>
        this.#workflowInputs(root, given, { ...pass, path: '', requirements: this.#outer, top: true }),
      ),
    )
    const state = newFlow(this.#budgets, !this.#options.strict)
    const { promise, resolve, reject } = Promise.withResolvers<Values>()
    const errors = new Map<string, unknown>()
    const feed = (event: FlowEvent): void => {
      for (const action of advance(root, state, event)) perform(action)
    }
    const start = ({ job, inputs }: FlowAction & { type: 'run' }): void => {
      const failed = (error: unknown): FlowEvent => {
        if (error instanceof LeftOpen) return { type: 'left', job }
        this.#tell({ type: 'failed', path: pathOf(job) })
        errors.set(messageOf(error), error)
        return { type: 'failed', job, message: messageOf(error) }
      }
      const chain = state.frames[job.frame]?.chain ?? []
      this.#step(root, chain, job, inputs).catch(failed).then(feed).catch(reject)
    }
    const perform = (action: FlowAction): void => {
      if (action.type === 'run') start(action)
      else if (action.type === 'known') this.#tell(action)
      else if (action.type === 'succeed') resolve(action.outputs)
      else if (action.type === 'stay') reject(new ProcessLeftOpen(action.waiting))
      else reject(errors.get(action.message) ?? new JobFailure('', action.message))
    }
    feed({ type: 'start', inputs })
    const outputs = await promise
    return this.#guard('', async () =>
      checkOutputs(root, outputs, this.#options.strict ? undefined : this.#lenient('')),
    )
  }

  /** Brings one job of the flow as far as the event that the flow waits for. */
  async #step(root: Workflow, chain: string[], job: JobRef, inputs: Values): Promise<FlowEvent> {
    const path = pathOf(job)
    const settled = this.#host.recall(path)
    if (settled) {
      this.#tell({ type: 'done', path })
      return { type: 'settled', job, outputs: settled }
    }
    return await this.#within(pass => this.#ready(root, chain, job, inputs, pass))
  }

  async #ready(root: Workflow, chain: string[], job: JobRef, inputs: Values, pass: Pass): Promise<FlowEvent> {
    this.#options.signal.throwIfAborted()
    const path = pathOf(job)
    const step = stepIn(workflowAt(root, chain), job.step)!
    const site = { ...pass, path, requirements: this.#requirementsAt(root, [...chain, job.step]), top: false }
    return this.#guard(path, async () => {
      // a step's own expressions belong to the workflow and the step, not to what the step runs
      const workflow = workflowAt(root, chain)
      const language = this.#language(site, site.requirements.outer(), workflow)
      const { values, missing } = await this.#stepInputs(step, inputs, language, workflow.version, job)
      if (!(await this.#wanted(step, values, language))) {
        if (missing) language.lenient?.('skipNull', missing.message)
        this.#tell({ type: 'skipped', path })
        return { type: 'settled', job, outputs: {} }
      }
      if (missing) throw missing
      if (step.run.class !== 'Workflow') {
        return { type: 'settled', job, outputs: await this.#job(step.run, values, site) }
      }
      return { type: 'entered', job, inputs: await this.#workflowInputs(step.run, values, site) }
    })
  }

  /** The budget of one job, from when it is planned until it has settled. */
  async #within<T>(work: (pass: Pass) => Promise<T>): Promise<T> {
    const pass = await this.#gate.enter()
    try {
      return await work(pass)
    } finally {
      pass.leave()
    }
  }

  /**
   * Applies `loadContents`, `loadListing` and `valueFrom` of a step. All see the values before any `valueFrom`. What a step
   * that `when` may skip has no value for is null, and `missing` is why it can't run.
   */
  async #stepInputs(
    step: Step,
    given: Values,
    language: Language,
    version: CwlVersion,
    job: JobRef,
  ): Promise<{ values: Values; missing?: Error | undefined }> {
    const { files } = this.#host
    const inputs: Values = { ...given }
    language.budget?.assertValue(given)
    let missing: Error | undefined = isUnscattered(step, job) ? nothingToScatter(step, given) : undefined
    for (const input of step.in) {
      const listing = input.loadListing ?? 'no_listing'
      if (!input.loadContents && input.loadListing === undefined) continue
      inputs[input.id] = await mapEntries(valueAt(inputs, input.id), async entry =>
        isDirectory(entry)
          ? loadListing(entry, listing, files, language.budget)
          : loadContents(entry, input.loadContents, files, version, language.budget),
      )
    }
    const pairs = step.in.map(async ({ id, valueFrom }): Promise<[string, Value]> => {
      if (valueFrom === undefined) return [id, valueAt(inputs, id)]
      try {
        const value = await evaluate(language, valueFrom, { inputs, self: valueAt(inputs, id) })
        return [id, await recognise(value, inputs)]
      } catch (error) {
        if (!language.lenient || step.when === undefined || !(error instanceof ExpressionError)) throw error
        missing ??= error
        return [id, null]
      }
    })
    return { values: Object.fromEntries(await Promise.all(pairs)), missing }
  }

  /** The same object for all jobs of a step. */
  #requirementsAt(root: Workflow, chain: string[]): Requirements {
    const step = chain.join('/')
    const known = this.#requirements.get(step) ?? requirementsAt(root, chain)
    this.#requirements.set(step, known)
    return known
  }

  async #wanted(step: Step, inputs: Values, language: Language): Promise<boolean> {
    if (step.when === undefined) return true
    const value = await evaluate(language, step.when, { inputs })
    if (typeof value === 'boolean') return value
    throw new Error(`when must give true or false, not ${shown(value)}`)
  }

  #workflowInputs(workflow: Workflow, given: Values, site: Site): Promise<Values> {
    return prepareInputs(workflow, given, {
      language: this.#language(site, site.requirements, workflow),
      files: this.#host.files,
      listing: defaultListing(workflow, site.requirements),
      formats: this.#root.formats,
      discover: site.top,
    })
  }

  async #job(process: Process, given: Values, site: Site): Promise<Values> {
    const outputs = await this.#guard(site.path, () => this.#run(process, given, site))
    this.#tell({ type: 'done', path: site.path })
    return outputs
  }

  #run(process: Process, given: Values, site: Site): Promise<Values> {
    if (process.class === 'CommandLineTool') return this.#tool(process, given, site)
    if (process.class === 'ExpressionTool') return this.#expression(process, given, site)
    throw new UnsupportedError(`${process.id}: ${process.class} can't be run here`)
  }

  async #tool(tool: CommandLineTool, given: Values, site: Site): Promise<Values> {
    const { path, requirements } = site
    const host = this.#host
    const language = this.#language(site, requirements, tool)
    const container = containerOf(requirements, path)
    const layout = await host.layout(path, container)
    const { files, machine } = host
    const plan = await makePlan({
      path,
      tool,
      given,
      requirements,
      language,
      files,
      layout,
      container: layout.image === undefined ? undefined : container,
      formats: this.#root.formats,
      discover: site.top,
      machine,
      resources: resourcesOf(this.#options.resources, path),
    })
    site.planned()
    this.#tell({ type: 'queued', path })
    const work: JobWork = {
      collect: async finished => {
        const { exitCode } = finished
        if (!isSuccess(tool, exitCode)) throw new JobFailure(path, `${path}: exit code ${exitCode}`, exitCode)
        return this.#guard(path, () => collectOutputs({ tool, plan, language, files }, finished))
      },
      label: outputs => this.#guard(path, () => labelled(tool, outputs, plan, language)),
      keyParts: around => keyParts({ tool, plan, requirements, language }, around),
    }
    return host.run(plan, work, this.#options.signal, () => this.#tell({ type: 'running', path }))
  }

  async #expression(tool: ExpressionTool, given: Values, site: Site): Promise<Values> {
    const language = this.#language(site, site.requirements, tool)
    const inputs = await prepareInputs(tool, given, {
      language,
      files: this.#host.files,
      listing: defaultListing(tool, site.requirements),
      formats: this.#root.formats,
      discover: site.top,
    })
    const value = await recognise(await evaluate(language, tool.expression, { inputs, runtime: {} }), inputs)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new Error(`the expression must give an object of outputs, not ${shown(value)}`)
    }
    return this.#host.keep(site.path, checkOutputs(tool, value as Values, language.lenient), inputs)
  }

  /** How strings that stand in `process`, or in a step of it, are evaluated. */
  #language(site: Site, requirements: Requirements, process: Process): Language {
    const { evaluator, time = 0, seed = '' } = this.#options
    const { expressions, escapes } = MEANING[process.version]
    return {
      evaluator,
      javascript: requirements.javascript(),
      expressions,
      escapes,
      time,
      seed: seedOf(seed, site.path),
      budget: site.budget,
      fractions: this.#fractions,
      written: this.#written,
      ...(this.#options.strict ? {} : { lenient: this.#lenient(site.path) }),
      turn: this.#options.turn ?? seed,
    }
  }

  #lenient(path: string): Lenient {
    return (name, detail) => this.#tell({ type: 'warning', path, message: leniencyWarning(name, detail) })
  }

  #tell(event: EngineEvent): void {
    this.#host.event?.(event)
  }

  /** What is wrong with a job is told with its path. Errors of the host's own kinds pass as they are. */
  async #guard<T>(path: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (this.#options.signal.aborted || !isAboutJob(error)) throw error
      throw new JobFailure(path, path === '' ? error.message : `${path}: ${error.message}`)
    }
  }
}

function isAboutJob(error: unknown): error is Error {
  if (error instanceof ExpressionError || error instanceof InputError) return true
  return error instanceof Error && error.constructor === Error
}

function isSuccess(tool: CommandLineTool, exitCode: number): boolean {
  if (tool.permanentFailCodes.includes(exitCode) || tool.temporaryFailCodes.includes(exitCode)) return false
  return tool.successCodes.length > 0 ? tool.successCodes.includes(exitCode) : exitCode === 0
}

/** The declared outputs of a process, checked; what else there is is left out. */
function checkOutputs(process: Process, given: Values, lenient: Lenient | undefined): Values {
  return Object.fromEntries(
    process.outputs.map(output => [
      output.id,
      fitOutput(`output ${output.id}`, output.type, valueAt(given, output.id), process, lenient),
    ]),
  )
}

/** What holds for the process that a step runs, innermost first: its own, the step's, the workflows' around it. */
function requirementsAt(root: Workflow, chain: string[]): Requirements {
  let requirements = new Requirements().within(root)
  let process: Process = root
  for (const id of chain) {
    const step: Step | undefined = process.class === 'Workflow' ? stepIn(process, id) : undefined
    if (!step) break
    requirements = requirements.within(step).within(step.run)
    process = step.run
  }
  return requirements
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
