/**
 * Starts an attempt, finds it again after a restart, and ends it. The job's processes are children of the wrapper
 * (`wrapper.sh`), which is detached: they outlive this process. What is known of an attempt is in its folder alone:
 *
 *   `exit` is there                → finished
 *   `lock` is held                 → running; `flock` waits for its end without asking again and again
 *   `lock` is free, no `exit`      → lost; marked `abandoned` under the lock, so that a late wrapper does not start it
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { names } from './attempt.ts'
import type { ExitRecord, JobSpecification } from './specification.ts'

export interface Running {
  /** of the wrapper, which leads its process group */
  pid: number
  /** rejects with LostAttempt when the job's processes are gone without an exit record */
  ended: Promise<ExitRecord>
}

export class LostAttempt extends Error {
  override name = 'LostAttempt'

  constructor(attempt: string) {
    super(`the processes of ${attempt} are gone and left no exit record`)
  }
}

const wrapper = fileURLToPath(new URL('./wrapper.sh', import.meta.url))

/** Starts a staged attempt. */
export async function start(attempt: string): Promise<Running> {
  const child = spawn('/bin/sh', [wrapper, attempt], { detached: true, stdio: 'ignore' })
  const ended = once(child, 'exit').then(() => recordOf(attempt))
  ended.catch(() => undefined)
  await once(child, 'spawn')
  return { pid: child.pid!, ended }
}

/** What became of an attempt that an earlier process started. */
export async function resume(attempt: string): Promise<Running | ExitRecord | 'lost'> {
  const record = await readRecord(attempt)
  if (record) return record
  if (await abandon(attempt)) return (await readRecord(attempt)) ?? 'lost'
  const ended = unlocked(attempt).then(() => recordOf(attempt))
  ended.catch(() => undefined)
  return { pid: await readNumber(attempt, names.pid), ended }
}

/** Kills all processes of an attempt and resolves when they are dead. It then counts as lost, unless it had finished. */
export async function cancel(attempt: string): Promise<void> {
  if ((await readRecord(attempt)) || (await abandon(attempt))) return
  for (const name of [names.pid, names.group]) {
    const leader = await readNumber(attempt, name)
    if (leader > 1) killGroup(leader)
  }
  await unlocked(attempt)
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Marks the attempt as given up if its lock is free; false when it is held. */
async function abandon(attempt: string): Promise<boolean> {
  if (!(await fs.stat(attempt).catch(() => undefined))) return true
  return (await flock(['-n', join(attempt, names.lock), 'touch', join(attempt, names.abandoned)])) === 0
}

async function unlocked(attempt: string): Promise<void> {
  await flock([join(attempt, names.lock), 'true'])
}

async function flock(words: string[]): Promise<number | null> {
  const child = spawn('flock', words, { stdio: 'ignore' })
  const [code] = await once(child, 'exit')
  return code
}

async function recordOf(attempt: string): Promise<ExitRecord> {
  const record = await readRecord(attempt)
  if (!record) throw new LostAttempt(attempt)
  return record
}

async function readRecord(attempt: string): Promise<ExitRecord | undefined> {
  const path = join(attempt, names.exit)
  const text = await fs.readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const [code, user, system] = text.trim().split(' ')
  const [begun, finished] = await Promise.all([fs.stat(join(attempt, names.pid)), fs.stat(path)])
  const [started, ended] = [Math.round(begun.mtimeMs), Math.round(finished.mtimeMs)]
  const exitCode = Number(code)
  return {
    exitCode,
    timedOut: await overran(attempt, exitCode, ended - started),
    started,
    ended,
    cpu: seconds(user) + seconds(system),
  }
}

/** `timeout` answers 124, or 137 when the command had to be killed; so may a tool, but not after its whole time. */
async function overran(attempt: string, exitCode: number, milliseconds: number): Promise<boolean> {
  if (exitCode !== 124 && exitCode !== 137) return false
  const text = await fs.readFile(join(attempt, names.specification), 'utf8')
  const { timeLimit } = JSON.parse(text) as JobSpecification
  return timeLimit !== undefined && milliseconds >= timeLimit * 1000
}

/** `1m2.5s` as the shell's `times` writes it. */
function seconds(text = ''): number {
  const match = /^(\d+)m([\d.]+)s$/.exec(text)
  return match ? Number(match[1]) * 60 + Number(match[2]) : 0
}

async function readNumber(attempt: string, name: string): Promise<number> {
  return Number(await fs.readFile(join(attempt, name), 'utf8').catch(() => '0'))
}
