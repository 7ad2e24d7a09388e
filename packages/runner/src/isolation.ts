import { execFile } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { viewOf } from './attempt.ts'
import { checkEngine, findEngine } from './containers/engines.ts'
import { remove } from './left/remove.ts'
import { LIMITS } from './limits.ts'
import { isShownToJobs } from './sandbox.ts'
import { type Engine, type Isolation, isEngine } from './specification.ts'
import { stage } from './stage.ts'
import { start } from './start.ts'

/** The isolation that was asked for can't be had; the message tells what to install or to say. */
export class IsolationError extends Error {
  override name = 'IsolationError'
}

/** What keeps jobs from this machine: those of a tool that names an image, and the others. */
export interface JobIsolation {
  base: 'sandbox' | 'none'
  /** without one, tools that require a container are refused */
  engine?: Engine
}

/**
 * Finds out whether jobs can be isolated as asked, by running one. `auto` is the sandbox, and whichever container engine
 * answers; an engine's name is the sandbox and that engine. Isolation is never dropped silently: without bubblewrap this
 * rejects, and so it does when `secret`, a folder that no job may see, lies where the machine's programs are.
 * @throws IsolationError, EngineError
 */
export async function checkIsolation(asked: 'auto' | Isolation, secret?: string): Promise<JobIsolation> {
  const [base, engine] = await Promise.all([baseOf(asked, secret), engineOf(asked)])
  return { base, ...(engine ? { engine } : {}) }
}

/** For the jobs of tools that name no image. @throws IsolationError */
export async function baseOf(asked: 'auto' | Isolation, secret?: string): Promise<JobIsolation['base']> {
  if (asked === 'none') return 'none'
  await checkSandbox(secret)
  return 'sandbox'
}

/** For the jobs of tools that name an image. @throws EngineError when the one that was asked for does not answer */
export async function engineOf(asked: 'auto' | Isolation): Promise<Engine | undefined> {
  if (asked === 'auto') return findEngine()
  return isEngine(asked) ? checkEngine(asked) : undefined
}

async function checkSandbox(secret?: string): Promise<void> {
  if (secret !== undefined && isShownToJobs(await fs.realpath(secret))) {
    throw new IsolationError(
      `${secret} lies among the machine's programs, which every job can read: choose another folder`,
    )
  }
  if (process.platform !== 'linux') throw new IsolationError(`the sandbox needs Linux; ${withoutIsolation}`)
  for (const [program, packages] of [
    ['bwrap', 'bubblewrap'],
    ['setpriv', 'util-linux'],
    ['flock', 'util-linux'],
  ] as const) {
    await promisify(execFile)(program, ['--version']).catch(() => {
      throw new IsolationError(
        `${program} is not installed: install it (apt-get install ${packages}); ${withoutIsolation}`,
      )
    })
  }
  await trial()
}

const withoutIsolation = 'or say --isolation none, and jobs can read and change whatever this user can'

async function trial(): Promise<void> {
  const attempt = await fs.mkdtemp(join(tmpdir(), 'reprise-check-'))
  try {
    await stage(attempt, {
      format: 1,
      path: 'check',
      argv: ['true'],
      shell: false,
      environment: {},
      stage: [],
      view: viewOf(attempt, 'sandbox'),
      isolation: 'sandbox',
      network: false,
      resources: { cores: 1, ram: 1 },
      timeLimit: LIMITS.trialSeconds,
    })
    const record = await start(attempt).ended
    if (record.exitCode === 0) return
    const reason = (await fs.readFile(join(attempt, 'stderr.log'), 'utf8')).trim()
    throw new IsolationError(
      `the sandbox does not start here (${reason || `exit code ${record.exitCode}`}); ${withoutIsolation}`,
    )
  } finally {
    await remove(attempt)
  }
}
