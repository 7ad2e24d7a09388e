/**
 * Which container engine there is. An engine that was asked for by name and does not answer is an error; `auto` takes the first
 * that answers, docker before podman (apptainer gives fewer limits and is only taken by name).
 */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { LIMITS } from '../limits.ts'
import { ENGINES, type Engine } from '../specification.ts'

const run = promisify(execFile)

const QUESTIONS: { [engine in Engine]: string[] } = {
  docker: ['version', '--format', '{{.Server.Version}}'],
  podman: ['info', '--format', '{{.Version.Version}}'],
  apptainer: ['--version'],
}

const PACKAGES: { [engine in Engine]: string } = {
  docker: 'docker.io, and is its daemon running?',
  podman: 'podman',
  apptainer: 'apptainer',
}

/** The container engine can't be used; the message says why and what to do. */
export class EngineError extends Error {
  override name = 'EngineError'
}

/** @throws EngineError */
export async function checkEngine(engine: Engine): Promise<Engine> {
  try {
    await run(engine, QUESTIONS[engine], { timeout: LIMITS.engineMilliseconds })
    return engine
  } catch (error) {
    throw new EngineError(`${engine} does not answer (${reasonOf(error)}): install the package ${PACKAGES[engine]}`)
  }
}

/** The first engine that answers; undefined when none does. */
export async function findEngine(): Promise<Engine | undefined> {
  for (const engine of ENGINES) {
    if (engine === 'apptainer') continue
    // one that does not work is as one that is not there
    const found = await checkEngine(engine).catch(() => undefined)
    if (found) return found
  }
  return undefined
}

/** The end of what a program that failed said. */
export function reasonOf(error: unknown): string {
  const { code, stderr } = error as { code?: string | number; stderr?: string }
  if (code === 'ENOENT') return 'it is not installed'
  return stderr?.trim().split('\n').at(-1) || (error instanceof Error ? error.message : String(error))
}
