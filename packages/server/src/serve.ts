import { mkdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { checkIsolation, type Isolation, type Means } from '@reprise/runner'
import { destination, type Logger, pino } from 'pino'
import type { Prices } from './billing/prices.ts'
import { lockDataFolder } from './execution/lock.ts'
import { startWorker } from './execution/start-worker.ts'
import type { VolumeSettings } from './storage/volumes/volumes.ts'

export interface ServeOptions {
  /** the data folder; made when it is not there */
  data: string
  /** `127.0.0.1` when not given */
  host?: string
  /** 0 picks a free one */
  port: number
  publicUrl?: string
  /** proxies that are believed, as CIDR */
  trustProxy?: string[]
  isolation?: 'auto' | Isolation
  /** names of images, or their beginnings up to a `/`, and what to take instead */
  imageMap?: { [from: string]: string }
  /** file of credentials for registries of images */
  registryAuth?: string
  allowNetwork?: boolean
  /** calls a user may make in a window of so many seconds; a million in 300 s when not given */
  rateLimit?: { limit: number; window: number }
  /** origins whose pages may call */
  corsOrigin?: string[]
  /** what is asked for what was used */
  prices?: Prices
  volumes?: VolumeSettings
  allowDrsHosts?: string[]
}

export interface Server {
  /** base address with `/v2` */
  url: string
  /** the file with the administrator's token, when this start made it */
  adminToken?: string
  /** what keeps jobs from this machine */
  means: Means
  /** Takes no more calls, finishes those in flight, and stops the worker; running jobs are adopted by the next start. */
  close(): Promise<void>
}

/**
 * Starts API and worker on a data folder. Rejects with FolderInUseError when another server has it, IsolationError when
 * jobs can't be isolated as asked, DatabaseError when the rows can't be opened.
 */
export async function startServer(options: ServeOptions): Promise<Server> {
  const ending: (() => unknown)[] = []
  const close = async () => {
    for (const end of ending.splice(0).reverse()) await end()
  }
  try {
    return await start(options, ending, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function start(options: ServeOptions, ending: (() => unknown)[], close: () => Promise<void>): Promise<Server> {
  const { data, host = '127.0.0.1', port, publicUrl, trustProxy, allowNetwork = false, prices, volumes } = options
  const uploadsFolder = join(data, 'uploads')
  await mkdir(data, { recursive: true, mode: 0o700 })
  ending.push(lockDataFolder(data))
  await mkdir(uploadsFolder, { recursive: true, mode: 0o700 })
  const log = pino({ level: 'warn' }, destination(2))

  // threads start, and isolation is tried, while this thread loads the API
  const means = checkIsolation(options.isolation ?? 'auto', data)
  const opening = import('./database/open.ts').then(({ openDatabase }) => openDatabase(data))
  opening.then(database => ending.push(() => database.close())).catch(() => undefined)
  const images = { map: options.imageMap, auth: options.registryAuth }
  const starting = startWorker({
    dataFolder: data,
    database: opening,
    means,
    images,
    allowNetwork,
    prices,
    volumes,
    trouble: report(log),
  })
  starting.then(worker => ending.push(() => worker.stop())).catch(() => undefined)
  const rooms = Promise.all([
    import('./http/app.ts'),
    import('./storage/contents.ts'),
    import('./users/administrator.ts'),
  ])
  const [[{ createApp }, { Contents }, { ensureAdministrator }], database, worker] = await all([
    rooms,
    opening,
    starting,
  ])

  const contents = new Contents({ database, folder: data, volumes })
  ending.push(() => contents.close())
  const { rateLimit, corsOrigin: corsOrigins, allowDrsHosts } = options
  const decided = { publicUrl, trustProxy, allowNetwork, prices, rateLimit, corsOrigins, allowDrsHosts }
  const settings = { uploadsFolder, ...decided }
  const app = await createApp({ database, contents, worker, settings, log })
  ending.push(() => app.close())
  const adminToken = await ensureAdministrator(database, join(data, 'admin-token'))
  await app.listen({ host, port })
  return {
    url: publicUrl ? withVersion(publicUrl) : addressOf(app.server.address(), host),
    adminToken,
    means: await means,
    close,
  }
}

/** Waits for all of them, also when one rejects: what has started can then be ended. */
async function all<T extends unknown[]>(promises: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  await Promise.allSettled(promises)
  const results: unknown = await Promise.all(promises)
  return results as T
}

function report(log: Logger): (message: string, task?: string) => void {
  return (message, task) => log.error({ task }, message)
}

function addressOf(bound: string | AddressInfo | null, host: string): string {
  const port = typeof bound === 'object' ? bound?.port : undefined
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/v2`
}

function withVersion(url: string): string {
  const base = url.replace(/\/+$/, '')
  return base.endsWith('/v2') ? base : `${base}/v2`
}
