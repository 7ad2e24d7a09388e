/** The bare work of so many `echo > file`, two at a time: make a folder, spawn, read, hash, remove. floor.ts COUNT */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let left = Number(process.argv[2])
await Promise.all([work(), work()])

async function work(): Promise<void> {
  while (left-- > 0) {
    const folder = await mkdtemp(join(tmpdir(), 'reprise-floor-'))
    const file = await open(join(folder, 'said.txt'), 'w')
    await once(spawn('echo', ['hello'], { cwd: folder, stdio: ['ignore', file.fd, 'ignore'] }), 'exit')
    await file.close()
    createHash('sha256')
      .update(await readFile(join(folder, 'said.txt')))
      .digest('hex')
    await rm(folder, { recursive: true })
  }
}
