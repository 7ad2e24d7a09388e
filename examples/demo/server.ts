import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface DemoServer {
  url: string
  token: string
  stop(): Promise<void>
}

/** How long a server that was asked to stop may take, in milliseconds. */
const patience = 10_000

/** Starts `reprise serve` on a free port with its data in `folder`; resolves when it is ready. */
export async function startServer(folder: string): Promise<DemoServer> {
  const command = join(import.meta.dirname, '../../bin/reprise')
  // a group of its own: Ctrl-C reaches this program alone, which then stops the server in order
  const child = spawn(command, ['serve', '--port', '0', '--data', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  try {
    const url = await Promise.race([addressOf(child), failed(child)])
    const token = (await readFile(join(folder, 'admin-token'), 'utf8')).trim()
    return { url, token, stop: () => stop(child) }
  } catch (error) {
    await stop(child)
    throw error
  }
}

async function addressOf(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const [url] = /https?:\/\/\S+\/v2/.exec(line) ?? []
    if (url !== undefined) {
      child.stdout!.resume()
      return url
    }
  }
  throw new Error('reprise serve ended without saying where it listens.')
}

async function failed(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit')
  throw new Error(`reprise serve ended with ${code} before it was ready.`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), patience)
  await ended
  clearTimeout(timer)
}
