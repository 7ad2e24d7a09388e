import { availableParallelism, totalmem } from 'node:os'
import {
  createEvaluator,
  DocumentError,
  type EngineEvent,
  execute,
  JobFailure,
  jsonText,
  renderProblem,
  UnsupportedError,
} from '@reprise/cwl'
import { checkIsolation, IsolationError } from '@reprise/runner'
import type { RunFlags } from './command.ts'
import { Deliver } from './deliver.ts'
import { localFiles } from './files.ts'
import { LocalHost } from './host.ts'
import { loadJobOrder } from './job-order.ts'
import { Machine } from './machine.ts'
import { loadTool, withRequirements } from './tool.ts'
import { WorkArea } from './work-area.ts'

export interface RunOptions extends RunFlags {
  tool: string
  job: string | undefined
}

export const EXIT = { done: 0, failed: 1, unsupported: 33, interrupted: 130 } as const

/** Runs a document and prints its output object on standard output; everything else goes to standard error. */
export async function runCommand(options: RunOptions): Promise<number> {
  const interrupt = new AbortController()
  const stop = () => {
    if (interrupt.signal.aborted) process.exit(EXIT.interrupted)
    interrupt.abort(new Error('interrupted'))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  const say = (line: string) => process.stderr.write(`${line}\n`)
  try {
    const outputs = await run(options, interrupt.signal, say)
    process.stdout.write(`${jsonText(outputs)}\n`)
    return EXIT.done
  } catch (error) {
    say(describe(error))
    if (interrupt.signal.aborted) return EXIT.interrupted
    return error instanceof UnsupportedError ? EXIT.unsupported : EXIT.failed
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}

/** Attempts that may have a folder beside those that run. */
const SPARE = 16

async function run(options: RunOptions, signal: AbortSignal, say: (line: string) => void) {
  const { process: tool, problems, namespaces } = await loadTool(options.tool)
  for (const problem of problems) if (problem.severity === 'warning' && !options.quiet) say(renderProblem(problem))
  if (!tool) throw new DocumentError(problems.filter(problem => problem.severity === 'error'))
  const order = await loadJobOrder(options.job, namespaces)
  const isolation = await checkIsolation(options.isolation)
  const cores = availableParallelism()
  const area = new WorkArea(2 * cores + SPARE)
  const evaluator = createEvaluator()
  try {
    const machine = new Machine({ cores, ram: Math.floor(totalmem() / 1024 / 1024) })
    const network = options.allowNetwork ?? false
    const aloud = options.quiet ? {} : { tell: progress(say), warn: say }
    const host = new LocalHost({ area, machine, isolation, network, ...aloud })
    const now = Date.now()
    const outputs = await execute(withRequirements(tool, order.requirements), order.inputs, host, {
      signal,
      evaluator,
      time: now,
      seed: String(now),
    })
    return await new Deliver(options.outdir, area, localFiles).all(outputs)
  } finally {
    await evaluator.close()
    await area.remove()
  }
}

/** A line for each job that starts or ends. */
function progress(say: (line: string) => void): (event: EngineEvent) => void {
  let [known, ended] = [0, 0]
  return event => {
    if (event.type === 'known') known += event.jobs
    if (event.type === 'skipped' || event.type === 'done') ended++
    if (event.type === 'known' || event.type === 'queued') return
    const count = event.type === 'done' || event.type === 'skipped' ? ` (${ended} of ${known})` : ''
    say(`${event.path}: ${event.type}${count}`)
  }
}

function describe(error: unknown): string {
  if (error instanceof DocumentError || error instanceof UnsupportedError) return error.message
  if (error instanceof JobFailure || error instanceof IsolationError) return error.message
  return error instanceof Error ? error.message : String(error)
}
