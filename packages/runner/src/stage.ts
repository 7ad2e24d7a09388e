/**
 * Makes an attempt's folder ready: `work`, `inputs` and `tmp`, with every entry of the specification in its place.
 *
 * A file that belongs to others is hard-linked only into a place that the job sees read-only: below `inputs`, or below `fixed`,
 * where entries at paths of a container's own lie. Where a link can't be, because it lies on another file system or is a
 * folder, it is mounted on an empty placeholder. An entry that belongs in the work folder and is not writable becomes a symbolic
 * link to a place below `inputs/work`, so that the job can remove the link but never touch the bytes. Everything that lies
 * in a place that the job may write to is a copy (a clone where the file system can), and that alone is given to the job's
 * user. With isolation none everything is a symbolic link to the source.
 */

import { constants, existsSync, lutimesSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { isWithin, names, realPath } from './attempt.ts'
import { commandScript, groupFor } from './command.ts'
import { makeFolders } from './folders.ts'
import { LIMITS } from './limits.ts'
import { shortened } from './long-arguments.ts'
import { filterProgram } from './seccomp.ts'
import { isEngine, type JobSpecification, type Mount, type SourceEntry } from './specification.ts'
import { jobUser } from './user.ts'

type Source = Extract<SourceEntry, { source: string }>

/** Makes an attempt ready that a wrapper runs: with its command and specification as files. */
export async function stage(attempt: string, specification: JobSpecification): Promise<void> {
  makeFolders(attempt, specification.isolation)
  const mounts = await stageEntries(attempt, specification)
  if (specification.isolation === 'sandbox') await fs.writeFile(join(attempt, names.filter), filterProgram())
  const group = groupFor(attempt, specification)
  if (group?.peak) await fs.writeFile(join(attempt, names.limits), `${group.peak}\n${group.events}\n`)
  const { script, options } = commandScript(attempt, shortened(attempt, specification), { mounts, group })
  if (options) await fs.writeFile(join(attempt, names.options), nulTerminated(options))
  await fs.writeFile(join(attempt, names.command), `${script}\n`)
  // last, and whole or not at all: it says that the attempt is staged
  const begun = join(attempt, `${names.specification}.part`)
  await fs.writeFile(begun, JSON.stringify(specification))
  await fs.rename(begun, join(attempt, names.specification))
}

/** As bubblewrap reads them. */
export function nulTerminated(options: string[]): string {
  return options.map(option => `${option}\0`).join('')
}

/** Puts every entry in its place; gives the mounts that the sandbox needs. */
export async function stageEntries(attempt: string, specification: JobSpecification): Promise<Mount[]> {
  const mounts: Mount[] = []
  const times = new FolderTimes(attempt)
  for (const entry of specification.stage) {
    const place = await targetOf(attempt, specification, entry, mounts)
    const { path } = place
    await fs.mkdir(dirname(path), { recursive: true })
    await assertInside(attempt, dirname(path), entry.target)
    times.made(path)
    if (isLinked(specification, entry))
      times.made(realPath(attempt, specification.view, linkedPath(specification, entry.target)))
    if (entry.type === 'folder') await fs.mkdir(path, { recursive: true })
    else if (entry.type === 'text')
      await fs.writeFile(path, entry.text, { mode: entry.writable ? 0o644 : 0o444, flag: 'wx' })
    else if (entry.writable) await copy(entry.source, path)
    else mounts.push(...(await link(attempt, specification, entry, place)))
    if (entry.type !== 'file' || entry.writable || specification.isolation === 'none') setTime(path)
  }
  await thinOut(attempt, specification, mounts)
  times.set()
  if (specification.isolation === 'docker' || specification.isolation === 'podman') {
    await fs.writeFile(join(attempt, names.container), specification.isolation)
  }
  if (specification.isolation !== 'none' && specification.isolation !== 'apptainer') await giveToJob(attempt)
  return mounts
}

/** Its bytes lie below `inputs`, and a link to them in the work folder. */
function isLinked({ isolation, view }: JobSpecification, entry: SourceEntry): boolean {
  return 'source' in entry && !entry.writable && isolation !== 'none' && isWithin(entry.target, view.work)
}

/** When everything was last changed that a job finds, in seconds since the epoch: what it sees does not depend on when it runs. */
const MODIFIED = 315_532_800

function setTime(path: string): void {
  lutimesSync(path, MODIFIED, MODIFIED)
}

/** The folders that entries were put into; their times are set when all entries are there. */
class FolderTimes {
  readonly #attempt: string
  readonly #folders: Set<string>

  constructor(attempt: string) {
    this.#attempt = attempt
    const own = [names.work, names.inputs, names.tmp].map(name => join(attempt, name))
    // a command that is attached and not isolated has not all of them
    this.#folders = new Set(own.filter(folder => existsSync(folder)))
  }

  /** Something was put there. */
  made(path: string): void {
    for (let folder = dirname(path); folder.length > this.#attempt.length; folder = dirname(folder)) {
      if (this.#folders.has(folder)) return
      this.#folders.add(folder)
    }
  }

  /** To be called when nothing more is put anywhere. */
  set(): void {
    for (const folder of this.#folders) setTime(folder)
  }
}

/** Where inputs that can't be linked are more than can be mounted, the smallest are copied. */
async function thinOut(attempt: string, { view }: JobSpecification, mounts: Mount[]): Promise<void> {
  if (mounts.length <= LIMITS.mounts) return
  const sizes = new Map<Mount, number>()
  for (const mount of mounts) {
    const isOwn = Object.values(view).some(folder => isWithin(mount.target, folder))
    const stats = isOwn ? await fs.stat(mount.source) : undefined
    if (stats?.isFile()) sizes.set(mount, stats.size)
  }
  const smallest = [...sizes.keys()].sort((a, b) => sizes.get(a)! - sizes.get(b)!)
  const copied = new Set(smallest.slice(0, mounts.length - LIMITS.mounts))
  for (const { source, target } of copied) {
    const path = realPath(attempt, view, target)
    await fs.copyFile(source, path, constants.COPYFILE_FICLONE)
    await fs.chmod(path, 0o444 | ((await fs.stat(source)).mode & 0o111))
    setTime(path)
  }
  const kept = mounts.filter(mount => !copied.has(mount))
  mounts.splice(0, mounts.length, ...kept)
}

interface StageTarget {
  /** of this machine */
  path: string
  /** the job sees it below a mount that it can't write to */
  readOnly: boolean
}

/**
 * Where an entry is put. A container can have one anywhere: it then lies beside the job's folders, and a mount is added.
 */
async function targetOf(
  attempt: string,
  specification: JobSpecification,
  entry: SourceEntry,
  mounts: Mount[],
): Promise<StageTarget> {
  const { view, isolation } = specification
  const isInside = Object.values(view).some(folder => isWithin(entry.target, folder))
  if (isInside || !isEngine(isolation)) {
    return { path: realPath(attempt, view, entry.target), readOnly: isWithin(entry.target, view.inputs) }
  }
  const around = mounts.find(mount => isWithin(entry.target, mount.target))
  if (around) {
    return { path: join(around.source, entry.target.slice(around.target.length)), readOnly: !around.writable }
  }
  const beside = join(attempt, entry.writable ? names.extra : names.fixed)
  await fs.mkdir(beside, { recursive: true })
  const path = join(beside, String(mounts.length))
  mounts.push({ source: path, target: entry.target, writable: entry.writable })
  return { path, readOnly: !entry.writable }
}

/** Refuses a place in a folder that an earlier entry linked to: what is put there would be put into an input. */
async function assertInside(attempt: string, folder: string, target: string): Promise<void> {
  const [root, real] = await Promise.all([fs.realpath(attempt), fs.realpath(folder)])
  if (real !== join(root, relative(attempt, folder))) throw new Error(`${target} would lie in an input`)
}

/** Where the bytes of a not writable entry of the work folder lie for the job, below `inputs`. */
export function linkedPath(specification: JobSpecification, target: string): string {
  return join(specification.view.inputs, 'work', target.slice(specification.view.work.length + 1))
}

async function link(
  attempt: string,
  specification: JobSpecification,
  entry: Source,
  place: StageTarget,
): Promise<Mount[]> {
  const { source } = entry
  if (specification.isolation === 'none') {
    await fs.symlink(source, place.path)
    return []
  }
  if (!isWithin(entry.target, specification.view.work)) return put(source, place, entry.target)
  const seen = linkedPath(specification, entry.target)
  const real = realPath(attempt, specification.view, seen)
  await fs.mkdir(dirname(real), { recursive: true })
  await fs.symlink(seen, place.path)
  setTime(place.path)
  return put(source, { path: real, readOnly: true }, seen)
}

/** Puts `source` at a place, without copying where it can; gives the mount that is needed where a hard link can't be. */
async function put(source: string, { path, readOnly }: StageTarget, seen: string): Promise<Mount[]> {
  const stats = await fs.stat(source)
  if (stats.isDirectory()) {
    await fs.mkdir(path, { recursive: true })
    return [{ source, target: seen }]
  }
  if (!readOnly || (jobUser() && !(stats.mode & 0o004))) {
    await copy(source, path)
    await fs.chmod(path, 0o444 | (stats.mode & 0o111))
    setTime(path)
    return []
  }
  try {
    await fs.link(source, path)
    return []
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code !== 'EXDEV' && code !== 'EPERM' && code !== 'EMLINK') throw error
    await fs.writeFile(path, '')
    return [{ source, target: seen }]
  }
}

async function copy(source: string, target: string): Promise<void> {
  const stats = await fs.stat(source)
  if (stats.isDirectory()) {
    await fs.cp(source, target, { recursive: true, dereference: true, mode: constants.COPYFILE_FICLONE })
    await makeWritable(target)
  } else {
    await fs.copyFile(source, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
    await fs.chmod(target, (stats.mode & 0o111) | 0o644)
  }
}

async function makeWritable(folder: string): Promise<void> {
  await fs.chmod(folder, 0o755)
  for (const entry of await fs.readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await makeWritable(path)
    else await fs.chmod(path, ((await fs.stat(path)).mode & 0o111) | 0o644)
    setTime(path)
  }
}

/** A server that is root runs jobs as another user, who owns what the job may write to. */
async function giveToJob(attempt: string): Promise<void> {
  const user = jobUser()
  if (!user) return
  const give = async (path: string, isFolder: boolean) => {
    if (!isFolder && (await fs.lstat(path)).nlink !== 1)
      throw new Error('a file with several names is nobody’s to give away')
    await fs.lchown(path, user, user)
    if (!isFolder) return
    for (const entry of await fs.readdir(path, { withFileTypes: true })) {
      await give(join(path, entry.name), entry.isDirectory())
    }
  }
  for (const name of [names.work, names.tmp]) await give(join(attempt, name), true)
  const extra = join(attempt, names.extra)
  if (await fs.stat(extra).catch(() => undefined)) await give(extra, true)
}
