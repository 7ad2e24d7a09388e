import { execFile, spawn } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { names } from '../attempt.ts'
import { LIMITS } from '../limits.ts'
import { remove } from './remove.ts'

/** What a job writes to, in its attempt's folder. Its inputs are links to what is there anyway. */
const WRITTEN = [names.work, names.tmp, names.extra, names.stdout, names.stderr] as const

/**
 * Bytes of the disk that an attempt has taken, by blocks: each file once, however many names it has, and files that have no
 * name any more but are still open. Infinity when there are more of them than can be counted in some seconds.
 */
export async function usageOf(attempt: string): Promise<number> {
  const [named, nameless] = await Promise.all([countNamed(attempt), countNameless(attempt)])
  return named + nameless
}

/** By another process, which has a core of its own for a folder of a million files; it follows no link, also while the job runs. */
async function countNamed(attempt: string): Promise<number> {
  const paths = WRITTEN.map(name => join(attempt, name))
  const child = spawn('du', ['-s', '-x', '--block-size=1', '--', ...paths], {
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: LIMITS.usageMilliseconds,
    killSignal: 'SIGKILL',
  })
  let text = ''
  child.stdout.on('data', data => {
    text += data
  })
  const overran = await new Promise<boolean>(resolve => {
    child.on('error', () => resolve(false))
    child.on('close', (_, signal) => resolve(signal !== null))
  })
  if (overran) return Number.POSITIVE_INFINITY
  return text.split('\n').reduce((sum, line) => sum + (Number.parseInt(line, 10) || 0), 0)
}

/** What is open in the processes of the job, on the disk of its folder, and has been removed. */
async function countNameless(attempt: string): Promise<number> {
  const leader = await fs.readFile(join(attempt, names.group), 'utf8').catch(() => '')
  const disk = await fs.stat(attempt).catch(() => undefined)
  if (!/^\d+\s*$/.test(leader) || !disk) return 0
  const seen = new Map<number, number>()
  for (const process of await familyOf(Number(leader))) {
    for (const descriptor of await fs.readdir(`/proc/${process}/fd`).catch(() => [])) {
      const stats = await fs.stat(`/proc/${process}/fd/${descriptor}`).catch(() => undefined)
      if (stats?.isFile() && stats.nlink === 0 && stats.dev === disk.dev) seen.set(stats.ino, stats.blocks * 512)
    }
  }
  return [...seen.values()].reduce((sum, bytes) => sum + bytes, 0)
}

/** A process with its children and theirs; one whose parent ended is a child of the sandbox's first, which is one of them. */
async function familyOf(leader: number): Promise<number[]> {
  const family = [leader]
  for (let at = 0; at < family.length && family.length < LIMITS.processesCounted; at++) {
    const children = await fs.readFile(`/proc/${family[at]}/task/${family[at]}/children`, 'utf8').catch(() => '')
    family.push(...children.split(' ').filter(Boolean).map(Number))
  }
  return family
}

/** Removes an attempt's folder at the speed of the disk: somebody may be waiting for a free block. */
export async function removeQuickly(attempt: string): Promise<void> {
  // what it could not remove, the next line does, or tells why not
  await promisify(execFile)('rm', ['-rf', '--', attempt]).catch(() => undefined)
  await remove(attempt)
}
