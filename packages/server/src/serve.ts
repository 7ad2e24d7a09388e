import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { checkIsolation, type Isolation, type JobIsolation } from '@reprise/runner'
import { destination, type Logger, pino } from 'pino'
import type { OpenDatabase } from './database/open.ts'
import { Ballast } from './database/sqlite/ballast.ts'
import type { Prices } from './domain/prices.ts'
import { throughDatabase } from './execution/announcer.ts'
import { lockDataFolder } from './execution/lock.ts'
import { startWorker } from './execution/start-worker.ts'
import { Keeper, openCertificates, type TlsSource } from './http/tls/keep.ts'
import { type Limits, withLimits } from './limits/limits.ts'
import { LIMIT, Shutdown } from './shutdown.ts'
import { DiskSpace, diskOf, grants } from './storage/disk-space.ts'
import type { VolumeSettings } from './storage/volumes/volumes.ts'

export interface ServeOptions {
  /** the data folder; made when it is not there */
  data: string
  /** `127.0.0.1` when not given */
  host?: string
  /** of a PostgreSQL database with the rows; without it they are in the data folder */
  database?: string
  /** false: only the API, beside workers of their own (`startSharedWorker`); needs `database` */
  worker?: boolean
  /** of http; 0 picks a free one, without it there is only https */
  port?: number | undefined
  /** where the certificate for https comes from; without it there is only http */
  tls?: TlsSource | undefined
  /** of https; 0 picks a free one */
  tlsPort?: number
  /** names and addresses that clients may use for this machine, beside those that it knows of */
  tlsNames?: string[]
  /** for certificates: the time, and the milliseconds between looks at whether one is due */
  tlsWatch?: { clock?: () => number; every?: number }
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
  /** downloads of files on a bucket go to the bucket itself */
  redirectDownloads?: boolean
  allowDrsHosts?: string[]
  /** budgets and limits, where they are not the usual */
  limits?: Partial<Limits>
}

export interface Server {
  /** base addresses with `/v2`: the public one, or each that it listens at */
  urls: string[]
  /** the first of them */
  url: string
  /** of https: what clients must trust, what the operator should know, and how to take a certificate anew (gives what came of it) */
  tls: { authority: string | undefined; warnings: string[]; reload(): Promise<string> } | undefined
  /** the file with the administrator's token, when this start made it */
  adminToken?: string
  /** what keeps jobs from this machine; undefined without a worker */
  means: JobIsolation | undefined
  /**
   * Takes no more calls, finishes those in flight, of which those that take longer than 30 s are cut, and stops the worker; running
   * jobs are adopted by the next start. Rejects at the end with what went wrong.
   */
  close(): Promise<void>
}

/**
 * Starts API and worker on a data folder. Rejects with FolderInUseError when another server has it, IsolationError when
 * jobs can't be isolated as asked, DatabaseError when the rows can't be opened.
 */
export async function startServer(options: ServeOptions): Promise<Server> {
  const ending = new Shutdown()
  try {
    return await start(options, ending)
  } catch (error) {
    // what kept it from starting is what there is to say
    await ending.run().catch(() => undefined)
    throw error
  }
}

async function start(options: ServeOptions, ending: Shutdown): Promise<Server> {
  const { data, host = '127.0.0.1', port, publicUrl, trustProxy, allowNetwork = false, database: url } = options
  const { tls, tlsPort = 0, tlsWatch: { clock = Date.now, every } = {} } = options
  if (port === undefined && tls === undefined)
    throw new Error('a server needs a port for http, or a certificate for https')
  if (options.worker === false && url === undefined) {
    throw new Error('an API without a worker needs a PostgreSQL database that it shares with workers (--database)')
  }
  const uploadsFolder = join(data, 'uploads')
  await mkdir(data, { recursive: true, mode: 0o700 })
  ending.add('the lock of the data folder', lockDataFolder(data, url !== undefined))
  await mkdir(uploadsFolder, { recursive: true, mode: 0o700 })
  const log = pino({ level: 'warn' }, destination(2))

  let ballast: Ballast | undefined
  const full = () => ballast?.dropped()
  // threads start, and isolation is tried, while this thread loads the API
  const opening = import('./database/open.ts').then(({ openDatabase }) =>
    openDatabase(data, { url, full, patience: patienceOf(options.limits) }),
  )
  // that it can't be opened is told below, where it is waited for
  opening.then(database => ending.add('the database', () => database.close())).catch(() => undefined)
  const trouble = report(log)
  const certifying =
    tls && openCertificates(tls, { data, names: [host, publicUrl, ...(options.tlsNames ?? [])], clock })
  const granted = grants()
  const working =
    options.worker === false
      ? Promise.resolve(undefined)
      : startOwnWorker({ ...options, granted }, opening, ending, trouble)
  const rooms = Promise.all([
    import('./http/app.ts'),
    import('./storage/contents.ts'),
    import('./users/administrator.ts'),
  ])
  const [[{ createApp }, { Contents }, { ensureAdministrator }], database, own, certificates] = await all([
    rooms,
    opening,
    working,
    Promise.resolve(certifying),
  ])

  const { prices, rateLimit, volumes, corsOrigin: corsOrigins, allowDrsHosts, redirectDownloads, limits } = options
  const room = new DiskSpace(data, granted)
  const contents = new Contents({ database, folder: data, shared: url !== undefined, volumes, room })
  ending.add('the storage', () => contents.close())
  const shared = url !== undefined
  const decided = {
    publicUrl,
    trustProxy,
    allowNetwork,
    strictTransport: publicUrl !== undefined || tls === undefined || (tls !== 'self' && port === undefined),
    prices,
    rateLimit,
    corsOrigins,
    allowDrsHosts,
    redirectDownloads,
    limits,
  }
  const settings = { uploadsFolder, shared, ...decided }
  // with PostgreSQL whichever worker is free, its own or another process's
  const alive = own && { alive: own.worker.alive }
  const worker = url === undefined ? own!.worker : { ...throughDatabase(database, trouble), ...alive }
  const app = await createApp({ database, contents, worker, settings, log })
  ending.add('the API', () => app.close(), 2 * LIMIT)
  const adminToken = await ensureAdministrator(database, join(data, 'admin-token'))
  await app.ready()
  const urls: string[] = []
  if (port !== undefined) urls.push(addressOf('http', host, await app.servers.listen({ host, port })))
  if (certificates) {
    const { pair } = certificates
    urls.push(addressOf('https', host, await app.servers.listen({ host, port: tlsPort, pair })))
  }
  const keeper = certificates && new Keeper(certificates, app.servers, { every, trouble })
  ending.add('the certificate', () => keeper?.close())
  if (publicUrl) urls.splice(0, urls.length, withVersion(publicUrl))
  if (url === undefined) {
    const bytes = withLimits(limits ?? {})['ballast-bytes']
    ballast = new Ballast(data, { bytes, disk: () => diskOf(data), trouble })
    ending.add('the ballast', () => ballast?.close())
  }
  return {
    urls,
    url: urls[0]!,
    tls: certificates && {
      authority: certificates.authority,
      warnings: certificates.warnings,
      reload: () => keeper!.reload(),
    },
    adminToken,
    means: own?.means,
    close: () => ending.run(),
  }
}

/** Milliseconds that a statement of a search may take. */
function patienceOf(limits: Partial<Limits> | undefined): number | undefined {
  const seconds = limits?.['search-seconds']
  return seconds === undefined ? undefined : seconds * 1000
}

async function startOwnWorker(
  options: ServeOptions & { granted: SharedArrayBuffer },
  database: Promise<OpenDatabase>,
  ending: Shutdown,
  trouble: (message: string, task?: string) => void,
) {
  const { data, allowNetwork = false, imageMap: map, registryAuth: auth, prices, volumes, limits, granted } = options
  const means = checkIsolation(options.isolation ?? 'auto', data)
  const images = { map, auth }
  const worker = await startWorker({
    dataFolder: data,
    database,
    means,
    images,
    allowNetwork,
    prices,
    volumes,
    limits,
    granted,
    trouble,
  })
  ending.add('the worker', () => worker.stop())
  return { worker, means: await means }
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

function addressOf(scheme: string, host: string, port: number): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}/v2`
}

function withVersion(url: string): string {
  const base = url.replace(/\/+$/, '')
  return base.endsWith('/v2') ? base : `${base}/v2`
}
