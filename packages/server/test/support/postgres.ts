import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'

/** A PostgreSQL of its own, on a port of this machine, that forgets everything when it is removed. */
export interface Postgres {
  port: number
  /** address of one of its databases */
  url(database: string): string
  start(): Promise<void>
  /** Ends it as an operator does: sessions are cut. */
  stop(): Promise<void>
  /** Ends it as a crash does: it has to recover when it is started again. */
  crash(): Promise<void>
  remove(): Promise<void>
}

/** The folder of its programs; undefined where it is not installed. */
export function postgresPrograms(): string | undefined {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [...versions.map(version => join(root, version, 'bin')), ...(process.env.PATH ?? '').split(':')]
  return folders.find(folder => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}

export async function makePostgres(): Promise<Postgres> {
  const programs = postgresPrograms()
  if (!programs) throw new Error('PostgreSQL is not installed')
  const folder = await fs.mkdtemp(join(tmpdir(), 'reprise-postgres-'))
  const data = join(folder, 'data')
  const user = await unprivileged(folder)
  const words = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync']
  const [first = '', ...rest] = [...user, join(programs, 'initdb'), ...words]
  execFileSync(first, rest, { stdio: ['ignore', 'ignore', 'inherit'], cwd: folder })
  const port = await freePort()
  let server: ChildProcess | undefined

  const isRunning = () => server !== undefined && server.exitCode === null && server.signalCode === null

  async function start(): Promise<void> {
    if (isRunning()) return
    const settings = ['fsync=off', 'full_page_writes=off', 'max_connections=500', 'listen_addresses=127.0.0.1']
    const words = ['-D', data, '-p', String(port), '-k', folder, ...settings.flatMap(setting => ['-c', setting])]
    const [command = '', ...rest] = [...user, join(programs!, 'postgres'), ...words]
    server = spawn(command, rest, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
    const lines: string[] = []
    for await (const line of createInterface({ input: server.stderr! })) {
      lines.push(line)
      if (line.includes('ready to accept connections')) {
        server.stderr!.resume()
        return
      }
    }
    throw new Error(`PostgreSQL does not start: ${lines.join('\n')}`)
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!server || !isRunning()) return
    const ended = once(server, 'exit')
    server.kill(signal)
    await ended
  }
  const stop = () => end('SIGINT')

  await start()
  return {
    port,
    url: database => `postgres://postgres@127.0.0.1:${port}/${database}`,
    start,
    stop,
    crash: () => end('SIGQUIT'),
    async remove() {
      await stop()
      await fs.rm(folder, { recursive: true, force: true })
    },
  }
}

/** Runs one statement in a database of the server that `url` leads to. */
export async function ask(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** PostgreSQL refuses to be root: words that run a command as somebody else, who then owns the folder. */
async function unprivileged(folder: string): Promise<string[]> {
  if (process.getuid?.() !== 0) return []
  const [uid, gid] = ['-u', '-g'].map(flag => execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }).trim())
  await fs.chown(folder, Number(uid), Number(gid))
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups']
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
