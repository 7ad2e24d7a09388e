import { cp, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  type Collect,
  type EngineEvent,
  type Entry,
  type Host,
  isFile,
  JobFailure,
  type JobPlan,
  type Layout,
  mapEntries,
  type Values,
} from '@reprise/cwl'
import { attemptNames, type Isolation, readManifest, specify, startAttached, viewOf } from '@reprise/runner'
import { localFiles, pathOf } from './files.ts'
import type { Machine } from './machine.ts'
import type { WorkArea } from './work-area.ts'

export interface LocalHostOptions {
  area: WorkArea
  machine: Machine
  isolation: Isolation
  network: boolean
  /** tells what happens */
  say?: (line: string) => void
}

const STDERR_SHOWN = 4096

/** Runs jobs on this machine in folders of one work area. Nothing is kept beyond the run. */
export class LocalHost implements Host {
  readonly files = localFiles
  readonly #options: LocalHostOptions
  readonly #attempts = new Map<string, string>()
  /** a job failed: what waits is not started any more */
  #failed = false

  constructor(options: LocalHostOptions) {
    this.#options = options
  }

  recall(): undefined {
    return undefined
  }

  async layout(path: string): Promise<Layout> {
    const attempt = this.#options.area.attempt()
    this.#attempts.set(path, attempt)
    return viewOf(attempt, this.#options.isolation)
  }

  async keep(_path: string, outputs: Values): Promise<Values> {
    return outputs
  }

  event(event: EngineEvent): void {
    if (event.type === 'failed') this.#failed = true
    if (event.type !== 'known') this.#options.say?.(`${event.path}: ${event.type}`)
  }

  async run(plan: JobPlan, collect: Collect, signal: AbortSignal): Promise<Values> {
    const { cores, ram } = plan.resources
    return this.#options.machine.admit(cores, ram, () => this.#run(plan, collect, signal))
  }

  async #run(plan: JobPlan, collect: Collect, signal: AbortSignal): Promise<Values> {
    signal.throwIfAborted()
    if (this.#failed) throw new JobFailure(plan.path, `${plan.path}: not started, because another job failed`)
    const attempt = this.#attempts.get(plan.path)!
    const { isolation, network } = this.#options
    const materialise = async (location: string) => pathOf(location)
    const specification = await specify(plan, { attempt, isolation, materialise, network })
    const running = startAttached(attempt, specification)
    const kill = () => void running.kill()
    signal.addEventListener('abort', kill, { once: true })
    if (signal.aborted) kill()
    try {
      const record = await running.ended
      signal.throwIfAborted()
      if (record.timedOut)
        throw new JobFailure(plan.path, `${plan.path}: it took longer than ${plan.timeLimit} s`, record.exitCode)
      const read = (path: string, limit: number) => readHead(join(attempt, attemptNames.work, path), limit)
      const outputs = await collect({
        exitCode: record.exitCode,
        manifest: await readManifest(attempt, specification),
        read,
      })
      return await this.#locate(outputs, plan, attempt, await this.#updateInPlace(plan, attempt))
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof JobFailure) throw await this.#explained(error, plan, attempt)
      throw error
    } finally {
      signal.removeEventListener('abort', kill)
    }
  }

  /**
   * Brings changes back to where the bytes came from, if an earlier job of this run made them; a user's own files stay as
   * they are. Gives the original place of each path that the job saw them at.
   */
  async #updateInPlace(plan: JobPlan, attempt: string): Promise<Map<string, string>> {
    const originals = new Map<string, string>()
    for (const entry of plan.stage) {
      if (!('location' in entry) || !entry.inplace) continue
      const original = pathOf(entry.location)
      if (!original.startsWith(`${this.#options.area.folder}/`)) continue
      await rm(original, { recursive: true })
      await cp(join(attempt, attemptNames.work, entry.target.slice(plan.work.length)), original, { recursive: true })
      originals.set(entry.target, original)
    }
    return originals
  }

  /** Gives what lies in the work folder its location on this machine; a folder there can be listed whenever needed. */
  #locate(outputs: Values, plan: JobPlan, attempt: string, originals: Map<string, string>): Promise<Values> {
    const placeOf = (path: string) =>
      originals.get(path) ?? join(attempt, attemptNames.work, path.slice(plan.work.length))
    const locate = async (entry: Entry): Promise<Entry> => {
      const { path, ...rest } = entry
      const place = path === undefined ? undefined : placeOf(path)
      const located: Entry = place === undefined ? rest : { ...rest, location: pathToFileURL(place).href }
      if (isFile(located)) {
        const { secondaryFiles } = located
        return secondaryFiles ? { ...located, secondaryFiles: await Promise.all(secondaryFiles.map(locate)) } : located
      }
      const { listing, ...bare } = located
      if (place !== undefined || !listing) return bare
      return { ...bare, listing: await Promise.all(listing.map(locate)) }
    }
    return mapEntries(outputs, locate) as Promise<Values>
  }

  /** Adds the command and the end of standard error to a tool's own failure. */
  async #explained(failure: JobFailure, plan: JobPlan, attempt: string): Promise<JobFailure> {
    const command = plan.argv.join(' ')
    const log = join(attempt, plan.stderr === undefined ? attemptNames.stderr : join(attemptNames.work, plan.stderr))
    const stderr = await readTail(log, STDERR_SHOWN)
    const text = [failure.message, `  command: ${command.slice(0, 1000)}`, stderr.trimEnd()].filter(part => part !== '')
    return new JobFailure(failure.path, text.join('\n'), failure.exitCode)
  }
}

async function readHead(path: string, limit: number): Promise<Uint8Array> {
  return localFiles.read(pathToFileURL(path).href, limit)
}

async function readTail(path: string, length: number): Promise<string> {
  const handle = await open(path).catch(() => undefined)
  if (!handle) return ''
  try {
    const { size } = await handle.stat()
    const buffer = Buffer.alloc(Math.min(size, length))
    await handle.read(buffer, 0, buffer.length, size - buffer.length)
    return buffer.toString()
  } finally {
    await handle.close()
  }
}
