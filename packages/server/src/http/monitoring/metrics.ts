import type { FastifyInstance } from 'fastify'
import type { KyselyPlugin } from 'kysely'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { countJobsRunning, countTasks } from '../../database/counts.ts'
import type { Database } from '../../database/index.ts'
import type { Swept } from '../../sweep/sweeper.ts'

/** Milliseconds for which counts of rows are taken as they were. */
const FRESH = 10_000

export interface Metrics {
  registry: Registry
  /** The same database, its times measured. */
  measured(database: Database): Database
  /** Measures calls. */
  watch(app: FastifyInstance): void
  /** Counts rows when they are asked for. */
  count(database: Database): void
  /** Tells of what the sweeper saw when it looked last, and of what it has freed. */
  sweep(swept: Swept): void
}

/** What a Prometheus server reads. Measuring a call costs some microseconds; rows are counted at most every 10 s. */
export function createMetrics(): Metrics {
  const registers = [new Registry()]
  const registry = registers[0]!
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'reprise_http_requests_total',
    help: 'Calls answered',
    labelNames: ['call', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: 'reprise_http_request_seconds',
    help: 'Time from the headers of a call to the end of its answer',
    labelNames: ['call'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30],
    registers,
  })
  const bytes = new Counter({
    name: 'reprise_transferred_bytes_total',
    help: 'Bytes of parts uploaded and of files downloaded',
    labelNames: ['direction'],
    registers,
  })
  const queries = new Histogram({
    name: 'reprise_database_seconds',
    help: 'Time of a read, or of a whole transaction that writes, waiting included',
    labelNames: ['kind'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2],
    registers,
  })
  const observe = (kind: 'read' | 'write', began: number) =>
    queries.observe({ kind }, (performance.now() - began) / 1000)
  return {
    registry,
    measured(database) {
      const read = database.read.withPlugin(timer(began => observe('read', began)))
      const write: Database['write'] = async (body, how) => {
        const began = performance.now()
        try {
          return await database.write(body, how)
        } finally {
          observe('write', began)
        }
      }
      return { ...database, read, write, close: () => database.close() }
    },
    watch(app) {
      app.addHook('onResponse', async (request, reply) => {
        const call = request.routeOptions.config.call ?? 'none'
        requests.inc({ call, status: reply.statusCode })
        durations.observe({ call }, reply.elapsedTime / 1000)
        if (call === 'uploads.putPart' && reply.statusCode === 200) {
          bytes.inc({ direction: 'in' }, lengthOf(request.headers['content-length']))
        }
        if (call === 'files.download' && request.method === 'GET' && reply.statusCode < 300) {
          bytes.inc({ direction: 'out' }, lengthOf(reply.getHeader('content-length')))
        }
      })
    },
    sweep(swept) {
      new Gauge({
        name: 'reprise_storage_bytes',
        help: 'Bytes of contents at the last sweep: held, or condemned to be removed',
        labelNames: ['state'],
        registers,
        collect() {
          this.set({ state: 'held' }, swept.held)
          this.set({ state: 'condemned' }, swept.condemned)
        },
      })
      let told = 0
      new Counter({
        name: 'reprise_storage_freed_bytes_total',
        help: 'Bytes that were removed because nothing needed them',
        registers,
        collect() {
          this.inc(swept.freed - told)
          told = swept.freed
        },
      })
    },
    count(database) {
      const tasks = fresh(() => countTasks(database.read))
      new Gauge({
        name: 'reprise_tasks',
        help: 'Tasks by status',
        labelNames: ['status'],
        registers,
        async collect() {
          for (const { status, count } of await tasks()) this.set({ status }, count)
        },
      })
      const jobs = fresh(() => countJobsRunning(database.read))
      new Gauge({
        name: 'reprise_jobs_running',
        help: 'Jobs that run',
        registers,
        async collect() {
          this.set(await jobs())
        },
      })
    },
  }
}

/** Asks at most every so often. */
function fresh<T>(ask: () => Promise<T>): () => Promise<T> {
  let until = 0
  let last: Promise<T> | undefined
  return () => {
    if (last === undefined || Date.now() > until) {
      until = Date.now() + FRESH
      last = ask()
      // whoever asked is told; the next one asks anew
      last.catch(() => {
        last = undefined
      })
    }
    return last
  }
}

/** Tells when each query began that has been answered. */
function timer(answered: (began: number) => void): KyselyPlugin {
  const begun = new WeakMap<object, number>()
  return {
    transformQuery({ node, queryId }) {
      begun.set(queryId, performance.now())
      return node
    },
    async transformResult({ result, queryId }) {
      const began = begun.get(queryId)
      if (began !== undefined) answered(began)
      return result
    },
  }
}

function lengthOf(header: unknown): number {
  const length = Number(header)
  return Number.isFinite(length) && length > 0 ? length : 0
}
