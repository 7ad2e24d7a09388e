/**
 * Starts an attempt, finds it again after a restart, and ends it. The job's processes belong to the wrapper (`spawner.sh`)
 * and outlive this process. What is known of an attempt is in its folder alone:
 *
 *   `exit` is written, of this boot  → finished (until then it is blank)
 *   `lock` is held                   → running; `flock` waits for its end without asking again and again
 *   `lock` is free, no `exit`        → lost; marked `abandoned` under the lock, so that a late wrapper does not start it
 *
 * To cancel, the mark comes first, then the kill: the command writes its process group before it looks for the mark, so it
 * either sees the mark and leaves, or can be found and killed.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isWithin, names } from './attempt.ts'
import { removeContainer } from './containers/names.ts'
import { readEngineError } from './containers/run.ts'
import { type GroupUse, removeGroup, useOf } from './groups/group.ts'
import { Spawner } from './spawner.ts'
import type { ExitRecord, JobSpecification } from './specification.ts'

export interface Running {
  /** rejects with LostAttempt when the job's processes are gone without an exit record */
  ended: Promise<ExitRecord>
}

export class LostAttempt extends Error {
  override name = 'LostAttempt'

  constructor(attempt: string) {
    super(`the processes of ${attempt} are gone and left no exit record`)
  }
}

const wrappers = new Spawner('./spawner.sh', './command.sh')

/** Attempts whose end is waited for, and that nobody has cancelled; each wait has an identity of its own, since folders are used again. */
const waits = new Map<string, symbol>()

/** Starts a staged attempt. */
export function start(attempt: string): Running {
  return watch(waiting(attempt, isMine => endOf(attempt, isMine)))
}

async function waiting(attempt: string, end: (isMine: () => boolean) => Promise<ExitRecord>): Promise<ExitRecord> {
  const mine = Symbol()
  const isMine = () => waits.get(attempt) === mine
  waits.set(attempt, mine)
  try {
    return await end(isMine)
  } finally {
    if (isMine()) waits.delete(attempt)
  }
}

async function endOf(attempt: string, isMine: () => boolean): Promise<ExitRecord> {
  await wrappers.run(attempt, attempt)
  const record = await readRecord(attempt)
  if (record) {
    removeGroup(attempt)
    return record
  }
  await unlocked(attempt)
  return await recordOf(attempt, isMine)
}

/** What became of an attempt that an earlier process started. */
export async function resume(attempt: string): Promise<Running | ExitRecord | 'lost'> {
  const record = await readRecord(attempt)
  if (record) {
    removeGroup(attempt)
    return record
  }
  if (await abandon(attempt)) {
    const late = await killLost(attempt)
    removeGroup(attempt)
    return late ?? 'lost'
  }
  return watch(waiting(attempt, isMine => unlocked(attempt).then(() => recordOf(attempt, isMine))))
}

/** Kills all processes of an attempt and resolves when they are dead. It then counts as lost, unless it had finished. */
export async function cancel(attempt: string): Promise<void> {
  waits.delete(attempt)
  if (await readRecord(attempt)) return
  try {
    await fs.writeFile(join(attempt, names.abandoned), '')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  await killCommand(attempt)
  await removeContainer(attempt)
  await unlocked(attempt)
  removeGroup(attempt)
}

/**
 * Gives up an attempt of another machine, which alone can see its processes: it is not started any more, and who looks there for marks ends
 * it. Gives the time of the first mark in milliseconds; undefined when it had finished or is not there.
 */
export async function mark(attempt: string): Promise<number | undefined> {
  const path = join(attempt, names.elsewhere)
  if (await hasFinished(attempt)) return undefined
  await fs.writeFile(join(attempt, names.abandoned), '', { flag: 'wx' }).catch(() => undefined)
  // one that is there keeps its time
  await fs.writeFile(path, '', { flag: 'wx' }).catch(() => undefined)
  return (await fs.stat(path).catch(() => undefined))?.mtimeMs
}

/**
 * True for an attempt that another machine has given up, and that has not finished. One that was given up here is not looked for: who did
 * so ends it, and may have another in the same folder by now.
 */
export async function isMarked(attempt: string): Promise<boolean> {
  const isGivenUp = await fs.stat(join(attempt, names.elsewhere)).catch(() => undefined)
  return isGivenUp !== undefined && !(await hasFinished(attempt))
}

/** On whatever boot of whatever machine. */
async function hasFinished(attempt: string): Promise<boolean> {
  return (await fs.readFile(join(attempt, names.exit), 'utf8').catch(() => '')).trim() !== ''
}

function watch(ended: Promise<ExitRecord>): Running {
  // who started it waits for it, maybe later
  ended.catch(() => undefined)
  return { ended }
}

/** Kills the command's process group, if its leader is still the one that this attempt started. */
async function killCommand(attempt: string): Promise<void> {
  const leader = Number(await fs.readFile(join(attempt, names.group), 'utf8').catch(() => '0'))
  if (leader <= 1 || !(await belongsTo(leader, attempt))) return
  killGroup(leader)
}

/** Kills a process group; one that is about to lead it and does not yet is killed alone. */
export function killGroup(leader: number): void {
  if (!kill(-leader)) kill(leader)
}

/** False when there is no such process or group. */
function kill(target: number): boolean {
  try {
    return process.kill(target, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    return false
  }
}

/** Process numbers are used again: the leader works in the attempt's folder, or has it in its command line. */
async function belongsTo(process: number, attempt: string): Promise<boolean> {
  // it may be removed meanwhile
  const folder = await fs.realpath(attempt).catch(() => attempt)
  const place = await fs.readlink(`/proc/${process}/cwd`).catch(() => '')
  const words = await fs.readFile(`/proc/${process}/cmdline`, 'utf8').catch(() => '')
  return isWithin(place, folder) || words.includes(folder) || words.includes(attempt)
}

/** Marks the attempt as given up if its lock is free; false when it is held. */
async function abandon(attempt: string): Promise<boolean> {
  if (!(await fs.stat(attempt).catch(() => undefined))) return true
  return (await flock(['-n', join(attempt, names.lock), 'touch', join(attempt, names.abandoned)])) === 0
}

/** Resolves when no wrapper holds the lock. */
async function unlocked(attempt: string): Promise<void> {
  await flock([join(attempt, names.lock), 'true'])
}

async function flock(words: string[]): Promise<number | null> {
  const child = spawn('flock', words, { stdio: 'ignore' })
  const [code] = await once(child, 'exit')
  return code
}

/** Where there is no record, and nobody has cancelled it, the wrapper was killed: what it had started is ended before that is told. */
async function recordOf(attempt: string, isMine: () => boolean): Promise<ExitRecord> {
  const record = (await readRecord(attempt)) ?? (isMine() ? await endLost(attempt) : undefined)
  removeGroup(attempt)
  if (!record) throw new LostAttempt(attempt)
  return record
}

/** Marks and kills, as to cancel does: a late wrapper starts nothing. Gives the record if there is one at last. */
async function endLost(attempt: string): Promise<ExitRecord | undefined> {
  await abandon(attempt)
  return await killLost(attempt)
}

async function killLost(attempt: string): Promise<ExitRecord | undefined> {
  const late = await readRecord(attempt)
  if (late) return late
  await killCommand(attempt)
  await removeContainer(attempt)
  // no wrapper is there any more that waits for them; who has ended has neither a folder nor a command line
  const leader = Number(await fs.readFile(join(attempt, names.group), 'utf8').catch(() => '0'))
  for (let waits = 0; leader > 1 && waits < WAITS && (await belongsTo(leader, attempt)); waits++) await pause(PAUSE)
  return undefined
}

/** Milliseconds between two looks at whether a killed process is gone, and how many looks there are at most. */
const [PAUSE, WAITS] = [5, 400]

async function readRecord(attempt: string): Promise<ExitRecord | undefined> {
  const path = join(attempt, names.exit)
  const text = await fs.readFile(path, 'utf8').catch(() => undefined)
  const [code, user, system, peak, kills, boot] = text?.trim().split(' ') ?? []
  if (boot === undefined || boot !== (await bootId())) return undefined
  const [begun, finished] = await Promise.all([fs.stat(join(attempt, names.pid)), fs.stat(path)])
  const [started, ended] = [Math.round(begun.mtimeMs), Math.round(finished.mtimeMs)]
  const exitCode = Number(code)
  return {
    exitCode,
    timedOut: await overran(attempt, exitCode, ended - started),
    started,
    ended,
    ...usedBy(exitCode, useOf(peak, kills)),
    ...(await engineRecord(attempt, exitCode)),
    ...((await isContainer(attempt)) ? {} : { cpu: seconds(user) + seconds(system) }),
  }
}

/** What the job's control group told; a job that ended well had memory enough. */
export function usedBy(exitCode: number, { peak, outOfMemory }: GroupUse): Pick<ExitRecord, 'memory' | 'outOfMemory'> {
  return {
    ...(peak === undefined ? {} : { memory: peak }),
    ...(outOfMemory && exitCode !== 0 ? { outOfMemory } : {}),
  }
}

/** What the container's engine told of an end that was not good. */
export async function engineRecord(attempt: string, exitCode: number) {
  if (exitCode === 0) return {}
  const text = await fs.readFile(join(attempt, names.trouble), 'utf8').catch(() => undefined)
  return text === undefined ? {} : readEngineError(exitCode, text)
}

/** What the client of an engine used is not what the job used. */
async function isContainer(attempt: string): Promise<boolean> {
  return (await fs.stat(join(attempt, names.container)).catch(() => undefined)) !== undefined
}

let thisBoot: Promise<string> | undefined

/** Another one after each start of the machine. */
function bootId(): Promise<string> {
  thisBoot ??= fs.readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(text => text.trim())
  return thisBoot
}

async function overran(attempt: string, exitCode: number, milliseconds: number): Promise<boolean> {
  if (!TIMEOUT.includes(exitCode)) return false
  const text = await fs.readFile(join(attempt, names.specification), 'utf8')
  return isTimeout(exitCode, milliseconds, (JSON.parse(text) as JobSpecification).timeLimit)
}

/** What `timeout` answers: 124, or 137 when the command had to be killed. */
const TIMEOUT = [124, 137]

/** A tool may answer the same as `timeout`, but not after its whole time in seconds. */
export function isTimeout(exitCode: number, milliseconds: number, timeLimit: number | undefined): boolean {
  return timeLimit !== undefined && TIMEOUT.includes(exitCode) && milliseconds >= timeLimit * 1000
}

/** `1m2.5s` as the shell's `times` writes it. */
function seconds(text = ''): number {
  const match = /^(\d+)m([\d.]+)s$/.exec(text)
  return match ? Number(match[1]) * 60 + Number(match[2]) : 0
}
