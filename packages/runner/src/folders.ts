import { lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { names } from './attempt.ts'
import { type Isolation, isEngine } from './specification.ts'

/** Calls here are synchronous: handing one to another thread and back costs several times the call. */
export function makeFolders(attempt: string, isolation: Isolation): void {
  mkdirSync(attempt, { recursive: true })
  for (const folder of foldersOf(attempt, isolation)) mkdirSync(folder)
}

/**
 * True when nothing is left in the folders of an attempt and no one has changed their permissions: another attempt can have
 * them, which is cheaper than new ones. Only to be asked when all processes of the attempt are dead.
 */
export function isAsMade(attempt: string, isolation: Isolation): boolean {
  if (isEngine(isolation)) return false
  if (isolation === 'none' && lstatSync(join(attempt, names.inputs), { throwIfNoEntry: false })) return false
  return foldersOf(attempt, isolation).every(folder => {
    const stats = lstatSync(folder, { throwIfNoEntry: false })
    return stats?.isDirectory() && (stats.mode & 0o7777) === (0o777 & ~process.umask()) && isEmpty(folder)
  })
}

function isEmpty(folder: string): boolean {
  return readdirSync(folder).length === 0
}

function foldersOf(attempt: string, isolation: Isolation): string[] {
  const folders: string[] = [names.work, names.tmp]
  if (isolation !== 'none') folders.push(names.inputs)
  return folders.map(name => join(attempt, name))
}
