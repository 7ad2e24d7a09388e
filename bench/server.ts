import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

export interface Child {
  pid: number
  url: string
  stop(): Promise<void>
}

/** Starts a program of this repository and waits for the first line that holds a URL. */
export async function startChild(words: string[]): Promise<Child> {
  const [program, ...rest] = words as [string, ...string[]]
  const child: ChildProcess = spawn(join(root, program), rest, { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout! })) {
    const url = /https?:\/\/\S+/.exec(line)?.[0]
    if (!url) continue
    child.stdout!.resume()
    const stop = async () => {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    }
    return { pid: child.pid!, url: url.replace(/[,.]$/, ''), stop }
  }
  throw new Error(`${words.join(' ')} ended without printing a URL`)
}

export interface Server extends Child {
  data: string
  /** of the administrator */
  token: string
  /** milliseconds from start to the first answered call */
  started: number
  call<T>(method: string, path: string, body?: unknown): Promise<T>
}

/** A real server, on a fresh data folder or on the one given; the folder goes with it unless it is to be kept. `program` in place of the built command. */
export async function startServer(
  options: string[] = [],
  folder: { data?: string; keep?: boolean; program?: string[] } = {},
): Promise<Server> {
  const data = folder.data ?? (await mkdtemp(join(tmpdir(), 'reprise-bench-')))
  const begun = performance.now()
  const child = await startChild([
    ...(folder.program ?? ['bin/reprise']),
    'serve',
    '--port',
    '0',
    '--data',
    data,
    ...options,
  ])
  const token = (await readFile(join(data, 'admin-token'), 'utf8')).trim()
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(child.url + path, {
      method,
      headers: { 'X-SBG-Auth-Token': token, 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return JSON.parse(text || 'null')
  }
  await call('GET', '/user')
  const started = performance.now() - begun
  const stop = async () => {
    await child.stop()
    if (!folder.keep) await rm(data, { recursive: true, force: true })
  }
  return { ...child, data, token, started, call, stop }
}

/** Polls a task to its end, every so many milliseconds; gives its status. */
export async function finished(server: Server, id: string, every = 1): Promise<string> {
  for (;;) {
    const { status } = await server.call<{ status: string }>('GET', `/tasks/${id}?fields=status`)
    if (status === 'COMPLETED' || status === 'FAILED' || status === 'ABORTED') return status
    await new Promise(resolve => setTimeout(resolve, every))
  }
}
