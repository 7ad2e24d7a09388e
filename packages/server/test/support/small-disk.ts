import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A disk of its own, in memory, of so many MiB; undefined where it can't be had: only root can mount one. */
export async function smallDisk(mebibytes: number): Promise<{ folder: string; remove(): Promise<void> } | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-disk-'))
  const words = ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=755`, 'reprise', folder]
  const mounted = process.getuid?.() === 0 && (await run('mount', words).then(yes, no))
  const remove = async () => {
    if (mounted) await run('umount', [folder]).catch(() => run('umount', ['-l', folder]))
    await rm(folder, { recursive: true, force: true })
  }
  if (mounted) return { folder, remove }
  await remove()
  return undefined
}

const yes = () => true
const no = () => false
