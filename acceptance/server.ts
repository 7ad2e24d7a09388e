import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** A real server, started by the command with its default data folder below a temporary home; ends with the test. */
export async function startServer(): Promise<{ url: string; home: string }> {
  const home = await mkdtemp(join(tmpdir(), 'reprise-home-'))
  const { XDG_DATA_HOME: _, ...environment } = process.env
  const child = spawn(join(root, 'bin/reprise'), ['serve', '--port', '0'], {
    env: { ...environment, HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(async () => {
    if (child.exitCode === null) {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    }
    await rm(home, { recursive: true, force: true })
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\S+\/v2/.exec(line)?.[0]
    if (!url) continue
    child.stdout.resume()
    return { url, home }
  }
  throw new Error('the server ended without saying where it is')
}
