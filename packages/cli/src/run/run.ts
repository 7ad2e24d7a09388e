import { type EngineEvent, jsonText, renderProblem, UnsupportedError } from '@reprise/cwl'
import type { RunFlags } from './flags.ts'
import { Session } from './session.ts'

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
    say(error instanceof Error ? error.message : String(error))
    if (interrupt.signal.aborted) return EXIT.interrupted
    return error instanceof UnsupportedError ? EXIT.unsupported : EXIT.failed
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}

async function run(options: RunOptions, signal: AbortSignal, say: (line: string) => void) {
  const { tool, job, outdir, allowNetwork = false, quiet } = options
  const session = await Session.open({ ...options, network: allowNetwork })
  const loud = {
    warn: (problem: Parameters<typeof renderProblem>[0]) => say(renderProblem(problem)),
    tell: progress(say),
  }
  try {
    return await session.run({ tool, job, outdir, signal, ...(quiet ? {} : loud) })
  } finally {
    await session.close()
  }
}

/** A line for each job that starts or ends. */
function progress(say: (line: string) => void): (event: EngineEvent) => void {
  let [known, ended] = [0, 0]
  return event => {
    if (event.type === 'known') known += event.jobs
    if (event.type === 'skipped' || event.type === 'done') ended++
    if (event.type === 'known' || event.type === 'queued' || event.type === 'warning') return
    const count = event.type === 'done' || event.type === 'skipped' ? ` (${ended} of ${known})` : ''
    say(`${event.path}: ${event.type}${count}`)
  }
}
