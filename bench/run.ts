/**
 * Measures the engine and the running server against floors and peers on the same machine in one run, and prints the tables that
 * docs/performance.md quotes. `make bench`; `bin/node bench/run.ts api echo` for some of them; `--size MIB` for transfers and comparers,
 * `--seconds` for the crowd of `api` and `--rows` for its lists, `--jobs` for reuse.
 */
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { apiBenches } from './api/api.ts'
import { echo } from './echo.ts'
import { engine, scale } from './engine/engine.ts'
import { residentMiB } from './measure.ts'
import { comparers } from './rerun/comparers.ts'
import { digests } from './rerun/digests.ts'
import { reuse } from './rerun/reuse.ts'
import { reruns } from './rerun/tasks.ts'
import { scheduling } from './scheduling/scheduling.ts'
import { type Server, startServer } from './server.ts'
import { transferRows } from './transfer.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: 'string', default: '1024' },
    seconds: { type: 'string', default: '60' },
    rows: { type: 'string', default: '1000000' },
    jobs: { type: 'string', default: '10000' },
  },
})

async function start(): Promise<string[][]> {
  const server = await startServer()
  const memory = residentMiB(server.pid)
  await server.stop()
  return [
    ['serve to the first answered call', `${server.started.toFixed(0)} ms`, ''],
    ['resident when idle', `${memory.toFixed(0)} MiB`, ''],
  ]
}

const withServer =
  (body: (server: Server) => Promise<string[][]>, options: string[] = []) =>
  async () => {
    const server = await startServer(options)
    try {
      return await body(server)
    } finally {
      await server.stop()
    }
  }

const benches: { [name: string]: () => Promise<string[][]> } = {
  start,
  ...apiBenches({
    rows: Number(values.rows),
    seconds: Number(values.seconds),
    size: Number(values.size) * 2 ** 20,
  }),
  echo: withServer(echo),
  'echo-none': withServer(echo, ['--isolation', 'none']),
  engine,
  scale,
  scheduling,
  reruns,
  reuse: () => reuse(Number(values.jobs)),
  digests,
  comparers: () => comparers(Number(values.size) * 2 ** 20),
  transfer: withServer(server => transferRows(server, Number(values.size) * 1024 * 1024)),
}

// `api` is all of its cases
const named = positionals.flatMap(name =>
  name === 'api' ? Object.keys(benches).filter(key => key.startsWith('api-')) : name,
)
const unknown = named.filter(name => !(name in benches))
if (unknown.length) {
  console.error(`no such measure: ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}`)
  process.exit(2)
}
console.log(
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
)
for (const name of named.length ? named : Object.keys(benches)) {
  console.log(`\n${name}`)
  for (const [what, figure, note] of await benches[name]!())
    console.log(`  ${what!.padEnd(46)} ${figure!.padStart(12)}  ${note}`)
}
