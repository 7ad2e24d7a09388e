import { createHash } from 'node:crypto'
import { type FSWatcher, lstatSync, readdirSync, readFileSync, statfsSync, watch } from 'node:fs'
import { dirname, join } from 'node:path'
import { LIMITS } from './limits.ts'

/** Databases of packages: what is installed by them is known by these. */
const PACKAGES = [
  '/var/lib/dpkg/status',
  '/lib/apk/db/installed',
  '/var/lib/rpm/rpmdb.sqlite',
  '/usr/lib/sysimage/rpm/rpmdb.sqlite',
]

/** Where people put programs that no package is of. */
const OWN = ['/usr/local', '/opt']

/** File systems whose changes by other machines nobody here is told of: NFS, SMB, CIFS, FUSE, Lustre, GPFS, Ceph, 9P, AFS. */
const REMOTE = new Set([
  0x6969, 0xfe534d42, 0xff534d42, 0x65735546, 0x0bd00bd0, 0x47504653, 0x00c36400, 0x01021997, 0x5346414f,
])

/**
 * What of this machine's programs jobs in the sandbox see: architecture, system, package database, and path, mode, size, time and
 * inode of all that lies where programs are put by hand. It differs as soon as one of these does: the folders are watched,
 * and looked at again when something has happened in them.
 */
export class MachinePrograms {
  #last: { at: number; took: number; hash: string } | undefined
  #watchers: FSWatcher[] | undefined
  readonly #own: readonly string[]

  /** @param own folders of programs that no package is of */
  constructor(own: readonly string[] = OWN) {
    this.#own = own
  }

  /** SHA-256 in hex. */
  fingerprint(): string {
    const now = performance.now()
    if (this.#last && (this.#watchers || now - this.#last.at < LIMITS.lookWorth * this.#last.took))
      return this.#last.hash
    // watched before it is looked at: what happens between is not missed
    const looked = lookAtPrograms(this.#own)
    this.#watch(looked.folders)
    const { hash } = this.#watchers ? lookAtPrograms(this.#own) : looked
    const took = performance.now() - now
    this.#last = { at: now + took, took, hash }
    return hash
  }

  close(): void {
    for (const watcher of this.#watchers ?? []) watcher.close()
    this.#watchers = undefined
    this.#last = undefined
  }

  #watch(folders: string[]): void {
    if (folders.length > LIMITS.foldersWatched || this.#own.some(isRemote)) return
    const watchers: FSWatcher[] = []
    const changed = () => {
      if (this.#watchers === watchers) this.close()
    }
    try {
      for (const folder of folders) {
        const watcher = watch(folder, { persistent: false }, changed)
        watchers.push(watcher.on('error', changed))
      }
      this.#watchers = watchers
    } catch {
      for (const watcher of watchers) watcher.close()
    }
  }
}

/** @returns the folders whose changes change it, too */
function lookAtPrograms(own: readonly string[]): { hash: string; folders: string[] } {
  const hash = createHash('sha256')
  const folders: string[] = []
  hash.update(`${process.arch}\n${textOf('/etc/os-release')}\n`)
  for (const path of PACKAGES) if (addEntry(path)) folders.push(dirname(path))
  for (const folder of own) addFolder(folder)
  return { hash: hash.digest('hex'), folders }

  function addFolder(folder: string): void {
    const names = namesIn(folder)
    if (!names) return
    folders.push(folder)
    for (const name of names) {
      const path = join(folder, name)
      if (addEntry(path)?.isDirectory()) addFolder(path)
    }
  }

  function addEntry(path: string) {
    const stats = lstatSync(path, { throwIfNoEntry: false })
    if (stats) hash.update(`${path}\0${stats.mode} ${stats.size} ${stats.mtimeMs} ${stats.ino}\n`)
    return stats
  }
}

function namesIn(folder: string): string[] | undefined {
  try {
    return readdirSync(folder).toSorted()
  } catch {
    return undefined
  }
}

function isRemote(folder: string): boolean {
  try {
    return REMOTE.has(statfsSync(folder).type >>> 0)
  } catch {
    return false
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
