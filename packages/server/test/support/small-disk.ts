import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * A disk of its own of so many MiB: in memory, which is filled in no time, or in a file, at the pace of a disk. Undefined where
 * it can't be had: only root can mount one.
 */
export async function smallDisk(
  mebibytes: number,
  kind: 'memory' | 'file' = 'memory',
): Promise<{ folder: string; remove(): Promise<void> } | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-disk-'))
  const image = `${folder}.image`
  const memory = () => run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=755`, 'reprise', folder])
  const file = async () => {
    await run('truncate', ['-s', `${mebibytes}M`, image])
    await run('mkfs.ext4', ['-q', '-m', '0', image])
    await run('mount', ['-o', 'loop', image, folder])
  }
  const isRoot = process.getuid?.() === 0
  const mounted = isRoot && ((kind === 'file' && (await file().then(yes, no))) || (await memory().then(yes, no)))
  const remove = async () => {
    if (mounted) await run('umount', [folder]).catch(() => run('umount', ['-l', folder]))
    await rm(image, { force: true })
    await rm(folder, { recursive: true, force: true })
  }
  if (mounted) return { folder, remove }
  await remove()
  return undefined
}

const yes = () => true
const no = () => false
