import { execFile } from 'node:child_process'
import { chmodSync, lstatSync, readdirSync, readlinkSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { join, posix } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { isWithin, names } from './attempt.ts'
import type { JobSpecification, ManifestEntry } from './specification.ts'
import { linkedPlace } from './stage.ts'

/**
 * What an attempt left in its work folder, sorted by path, nothing followed. Only to be called when all of its processes
 * are dead. Links are given with the absolute path that they lead to as the job saw it; one that the runner itself had
 * made for an input leads to that input's own target in the specification. Sockets, pipes and devices are left out.
 * @param known the attempt's specification, when it is at hand
 */
export async function readManifest(attempt: string, known?: JobSpecification): Promise<ManifestEntry[]> {
  const specification = known ?? (await readSpecification(attempt))
  const staged = stagedTargets(specification)
  const root = join(attempt, names.work)
  const entries: ManifestEntry[] = []

  const walk = async (folder: string): Promise<void> => {
    for (const [index, entry] of readFolder(join(root, folder)).entries()) {
      if (index % AT_ONCE === AT_ONCE - 1) await setImmediate()
      const path = folder ? `${folder}/${entry.name}` : entry.name
      if (entry.name.includes(UNREADABLE)) await assertName(join(root, path), path)
      const real = join(root, path)
      if (entry.isSymbolicLink()) {
        const target = posix.resolve(specification.view.work, folder, readlinkSync(real))
        entries.push({ path, type: 'link', size: 0, executable: false, target: staged(target) })
      } else if (entry.isDirectory()) {
        entries.push({ path, type: 'directory', size: 0, executable: true })
        await walk(path)
      } else if (entry.isFile()) {
        const stats = lstatSync(real)
        entries.push({ path, type: 'file', size: stats.size, executable: (stats.mode & 0o100) !== 0 })
      }
    }
  }
  await walk('')
  return entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

async function readSpecification(attempt: string): Promise<JobSpecification> {
  return JSON.parse(await fs.readFile(join(attempt, names.specification), 'utf8'))
}

/** Maps the real place of a linked input of the work folder back to the target that the specification names. */
function stagedTargets(specification: JobSpecification): (target: string) => string {
  const places: [place: string, target: string][] = []
  for (const entry of specification.stage) {
    if (!('source' in entry) || entry.writable || !isWithin(entry.target, specification.view.work)) continue
    places.push([
      specification.isolation === 'none' ? entry.source : linkedPlace(specification, entry.target),
      entry.target,
    ])
  }
  if (specification.isolation === 'none') {
    for (const entry of specification.stage) {
      if ('source' in entry && !entry.writable) places.push([entry.source, entry.target])
    }
  }
  return target => {
    const match = places.find(([place]) => isWithin(target, place))
    return match ? match[1] + target.slice(match[0].length) : target
  }
}

/** Entries that are looked at before others get their turn: one costs microseconds, a promise for each several times that. */
const AT_ONCE = 1000

/** What a byte that is not UTF-8 is read as. */
const UNREADABLE = '\ufffd'

/** Names are text everywhere: an entry that can't be found under the text of its name can't be told of. */
async function assertName(real: string, path: string): Promise<void> {
  if (await fs.lstat(real).catch(() => undefined)) return
  throw new Error(`the job left an entry whose name is not UTF-8: ${JSON.stringify(path)}`)
}

/** Reads a folder that the job may have made unreadable for us, when it ran as this same user. */
function readFolder(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error
    chmodSync(path, 0o755)
    return readdirSync(path, { withFileTypes: true })
  }
}

/** Removes an attempt's folder, whatever the job did to the permissions in it. */
export async function discard(attempt: string): Promise<void> {
  try {
    await fs.rm(attempt, { recursive: true, force: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENAMETOOLONG') return await removeDeep(attempt)
    await openAll(attempt)
    await fs.rm(attempt, { recursive: true, force: true })
  }
}

/** Folders in folders whose whole path is longer than a path can be: `rm` goes into them one by one. */
async function removeDeep(folder: string): Promise<void> {
  await promisify(execFile)('rm', ['-rf', '--', folder])
}

async function openAll(folder: string): Promise<void> {
  await fs.chmod(folder, 0o755)
  for (const entry of readFolder(folder)) {
    if (entry.isDirectory()) await openAll(join(folder, entry.name))
  }
}
