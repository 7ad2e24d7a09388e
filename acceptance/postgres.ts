import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface Postgres {
  /** as in `postgres://reprise@127.0.0.1:5433`, without a database */
  url: string
  close(): Promise<void>
}

const run = promisify(execFile)
const programs = '/usr/lib/postgresql'

/**
 * Starts PostgreSQL on a free port with an empty cluster below a temporary folder. It refuses to run as root: root starts it
 * as the user `postgres`. Nothing is synchronised to the disk; the cluster goes when it is closed.
 */
export async function startPostgres(): Promise<Postgres> {
  const bin = await newestPrograms()
  const folder = await mkdtemp(join(tmpdir(), 'reprise-postgres-'))
  const owner = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : undefined
  if (owner) await chown(folder, owner.uid, owner.gid)
  const options = { cwd: folder, ...owner }
  const data = join(folder, 'data')
  await run(join(bin, 'initdb'), ['-D', data, '-U', 'reprise', '-A', 'trust', '-E', 'UTF8', '--no-sync'], options)
  const port = await freePort()
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'fsync=off']
  const flags = [...settings, 'max_connections=400'].flatMap(setting => ['-c', setting])
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...flags], { ...options, stdio: 'ignore' })
  const close = async () => {
    if (server.exitCode === null && server.signalCode === null) {
      const gone = once(server, 'exit')
      server.kill('SIGINT')
      await gone
    }
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await answering(bin, port)
  } catch (error) {
    await close()
    throw error
  }
  return { url: `postgres://reprise@127.0.0.1:${port}`, close }
}

/** Makes an empty database at a server of PostgreSQL; gives its address. */
export async function createDatabase(server: string, name: string): Promise<string> {
  const { hostname, port, username } = new URL(server)
  await run(join(await newestPrograms(), 'createdb'), ['-h', hostname, '-p', port, '-U', username, name])
  return `${server}/${name}`
}

async function newestPrograms(): Promise<string> {
  const [version] = (await readdir(programs).catch(() => [])).sort((a, b) => Number(b) - Number(a))
  if (version === undefined) throw new Error(`There is no PostgreSQL in ${programs}: install the package postgresql.`)
  return join(programs, version, 'bin')
}

const idOf = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Milliseconds in which the server must take connections. */
const startLimit = 30_000

async function answering(bin: string, port: number): Promise<void> {
  const ask = ['-h', '127.0.0.1', '-p', String(port), '-t', '1']
  for (const end = Date.now() + startLimit; ; ) {
    try {
      await run(join(bin, 'pg_isready'), ask)
      return
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
}
