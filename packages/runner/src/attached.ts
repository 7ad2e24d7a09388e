/**
 * Attempts that live no longer than who waits for them, as a command line has them: without lock, record and sync, and with
 * as few files as can be, since each costs more than the work of many tools.
 */
import { existsSync, writeFileSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { names } from './attempt.ts'
import { commandScript, groupFor } from './command.ts'
import { removeContainer } from './containers/names.ts'
import { makeFolders } from './folders.ts'
import { type Group, readGroup, removeGroup } from './groups/group.ts'
import { shortened } from './long-arguments.ts'
import { quote } from './quote.ts'
import { filterProgram } from './seccomp.ts'
import { Spawner } from './spawner.ts'
import type { ExitRecord, JobSpecification } from './specification.ts'
import { nulTerminated, stageEntries } from './stage.ts'
import { engineRecord, isTimeout, killGroup, LostAttempt, usedBy } from './start.ts'

export interface Attached {
  /** rejects with LostAttempt when it was killed before it could end, or nothing is known of its end */
  ended: Promise<Omit<ExitRecord, 'cpu'>>
  /** kills all its processes; resolves when they are dead */
  kill(): Promise<void>
}

const spawner = new Spawner('./attached.sh', './command.sh')

/** Stages an attempt and starts it, in folders that are new or as those of a new one (`isAsMade`). */
export function startAttached(attempt: string, specification: JobSpecification): Attached {
  const life = { isKilled: false, group: 0 }
  const ended = run(attempt, specification, life)
  // who started it waits for it, maybe later
  ended.catch(() => undefined)
  const kill = async () => {
    life.isKilled = true
    if (life.group > 1) killGroup(life.group)
    await removeContainer(attempt)
    // how it ended is told to who waits for it; here, that it has
    await ended.catch(() => undefined)
  }
  return { ended, kill }
}

interface Life {
  isKilled: boolean
  /** 0 as long as it has none */
  group: number
}

async function run(attempt: string, specification: JobSpecification, life: Life) {
  const group = groupFor(attempt, specification)
  const script = await scriptOf(attempt, specification, group)
  if (life.isKilled) throw new LostAttempt(attempt)
  const started = Date.now()
  const told = (_word: string, group: number) => {
    life.group = group
    if (!life.isKilled) return
    killGroup(group)
    void removeContainer(attempt)
  }
  const exitCode = await spawner.run(attempt, `${specification.isolation}\t${attempt}\t${script}`, told)
  life.group = 0
  const use = group ? readGroup(group) : {}
  if (group) removeGroup(attempt)
  if (exitCode === undefined || life.isKilled) throw new LostAttempt(attempt)
  const ended = Date.now()
  const timedOut = isTimeout(exitCode, ended - started, specification.timeLimit)
  return { exitCode, timedOut, started, ended, ...usedBy(exitCode, use), ...(await engineRecord(attempt, exitCode)) }
}

/** One line; a script with words of several lines goes by a file. */
async function scriptOf(attempt: string, specification: JobSpecification, group: Group | undefined): Promise<string> {
  if (!existsSync(attempt)) makeFolders(attempt, specification.isolation)
  const mounts = await stageEntries(attempt, specification)
  const filter = specification.isolation === 'sandbox' ? await filterIn(dirname(attempt)) : undefined
  const { script, options } = commandScript(attempt, shortened(attempt, specification), {
    mounts,
    group,
    ...(filter ? { filter } : {}),
  })
  if (options) writeFileSync(join(attempt, names.options), nulTerminated(options))
  const line = script.replaceAll('\n', '; ')
  if (!specification.argv.concat(Object.values(specification.environment)).join('').includes('\n')) return line
  await fs.writeFile(join(attempt, names.command), script)
  return `. ${quote(join(attempt, names.command))}`
}

const filters = new Map<string, Promise<string>>()

/** The system-call filter, once for all attempts in a folder. */
function filterIn(folder: string): Promise<string> {
  const path = join(folder, names.filter)
  const written = filters.get(folder) ?? fs.writeFile(path, filterProgram()).then(() => path)
  filters.set(folder, written)
  return written
}
