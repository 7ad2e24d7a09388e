import { execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createDatabase } from './postgres.ts'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** Milliseconds in which a server says where it is. */
const START_LIMIT = 30_000

/** A real server with its default data folder below a temporary home. */
export interface Server {
  /** base address, with /v2 */
  url: string
  home: string
  /** of the user admin */
  token: string
  /** makes another user by the command; gives their token */
  addUser(name: string): Promise<string>
  /** runs the command on the data of the server; gives what it printed */
  command(...words: string[]): Promise<string>
  /** stops the server and removes its home */
  close(): Promise<void>
}

/** Starts a server by the command, on a free port and a data folder of its own. */
export async function start(options: string[] = []): Promise<Server> {
  const home = await mkdtemp(join(tmpdir(), 'reprise-home-'))
  const { XDG_DATA_HOME: _, ...environment } = process.env
  const env: NodeJS.ProcessEnv = { ...environment, HOME: home }
  const { REPRISE_ACCEPTANCE_POSTGRES: postgres } = process.env
  if (postgres) env.REPRISE_DATABASE = await createDatabase(postgres, `reprise_${randomUUID().replaceAll('-', '')}`)
  const command = join(root, 'bin/reprise')
  const child = spawn(command, ['serve', '--port', '0', ...options], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const close = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    }
    await rm(home, { recursive: true, force: true })
  }
  const run = async (...words: string[]) => (await promisify(execFile)(command, words, { env })).stdout.trim()
  const addUser = (name: string) => run('user', 'add', name)
  const silent = setTimeout(() => child.kill('SIGKILL'), START_LIMIT)
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\S+\/v2/.exec(line)?.[0]
    if (!url) continue
    clearTimeout(silent)
    child.stdout.resume()
    const token = (await readFile(join(home, '.local/share/reprise/admin-token'), 'utf8')).trim()
    return { url, home, token, addUser, command: run, close }
  }
  clearTimeout(silent)
  await close()
  throw new Error('the server ended without saying where it is')
}
