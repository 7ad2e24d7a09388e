import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median, timed } from './measure.ts'
import { finished, type Server } from './server.ts'
import { echoTask } from './task.ts'

const RUNS = 40

/** One `echo` from the call that runs it to COMPLETED, beside the bare work: folder, spawn, read, hash, remove. */
export async function echo(server: Server): Promise<string[][]> {
  const draft = await echoTask(server)
  const run = async () => {
    const { id } = await server.call<{ id: string }>('POST', `/tasks/${draft}/actions/clone?action=run`)
    const status = await finished(server, id)
    if (status !== 'COMPLETED') throw new Error(`the task ended ${status}`)
  }
  await timed(5, run)
  const ours = await timed(RUNS, run, server.pid)
  await timed(5, bare)
  const floor = await timed(RUNS, bare)
  const row = (name: string, wall: number[], cpu: number) => [
    name,
    `${median(wall).toFixed(1)} ms`,
    `${((cpu / RUNS) * 1000).toFixed(1)} ms CPU`,
  ]
  return [
    row('clone?action=run of an echo, to COMPLETED', ours.wall, ours.cpu),
    row('floor: spawn, read, hash, remove', floor.wall, floor.cpu),
    ['ratio', (median(ours.wall) / median(floor.wall)).toFixed(1), ''],
  ]
}

async function bare(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-floor-'))
  const file = await open(join(folder, 'said.txt'), 'w')
  await once(spawn('echo', ['hello'], { cwd: folder, stdio: ['ignore', file.fd, 'ignore'] }), 'exit')
  await file.close()
  createHash('sha256')
    .update(await readFile(join(folder, 'said.txt')))
    .digest('hex')
  await rm(folder, { recursive: true })
}
