import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { access, constants, mkdtemp, rmdir, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { diskOf } from '@reprise/server/disk-space'
import { networkFileSystemOf } from '@reprise/server/network-file-systems'
import { LIMITS } from '../limits.ts'
import { type Finding, fits, lacks, reasonOf } from './finding.ts'

const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`

/** The disk of the data folder: that it may be written to, its room, and that it is of this machine where the rows lie there. */
export async function lookAtDisk(data: string, hasRows: boolean): Promise<Finding> {
  const what = 'disk'
  const there = nearest(data)
  try {
    await access(there, constants.W_OK)
  } catch {
    return lacks(
      what,
      `${there} may not be written to`,
      `reprise serve --data FOLDER, or chown ${process.getuid?.()} ${there}`,
    )
  }
  const network = hasRows ? await networkFileSystemOf(there) : undefined
  if (network)
    return lacks(what, `${there} lies on ${network}`, 'reprise serve --data FOLDER on a disk of this machine')
  const { room, reserve } = await diskOf(there)
  const found = `${gib(room)} free for ${data} beside a reserve of ${gib(reserve)}`
  if (room > LIMITS.leastRoom) return fits(what, found)
  return lacks(what, found, 'reprise serve --data FOLDER on another disk', room > 0 ? 'partly' : 'no')
}

function nearest(folder: string): string {
  return existsSync(folder) ? folder : nearest(dirname(folder))
}

export async function lookAtPort(host: string, port: number): Promise<Finding> {
  const what = 'port'
  const server = createServer()
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
    return fits(what, `${host}:${port} is free`)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE')
      return lacks(what, `${host}:${port} is in use`, 'reprise serve --port 0, or end what listens there')
    if (code === 'EACCES') return lacks(what, `${host}:${port} is for root alone`, 'reprise serve --port 8080')
    return lacks(what, `${host}:${port}: ${reasonOf(error)}`, 'reprise serve --host 127.0.0.1')
  } finally {
    server.close()
  }
}

/** The clock beside that of the data folder's file system, and whether anything keeps it. */
export async function lookAtClock(data: string): Promise<Finding> {
  const what = 'clock'
  const apart = await secondsApart(nearest(data)).catch(() => 0)
  if (Math.abs(apart) > LIMITS.clockSeconds) {
    return lacks(what, `${Math.round(apart)} s from that of the file system of ${data}`, 'timedatectl set-ntp true')
  }
  const isKept = await promisify(execFile)('timedatectl', ['show', '--property=NTPSynchronized', '--value']).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  )
  if (isKept === 'no') return lacks(what, 'nothing keeps it right', 'timedatectl set-ntp true', 'partly')
  return fits(what, isKept === 'yes' ? 'kept right by the network' : new Date().toISOString())
}

async function secondsApart(folder: string): Promise<number> {
  const made = await mkdtemp(join(folder, '.doctor-'))
  try {
    return (Date.now() - (await stat(made)).mtimeMs) / 1000
  } finally {
    await rmdir(made)
  }
}
