/** A worker in a process of its own, one of several on a PostgreSQL database: its options as JSON in the first argument. */
import { startSharedWorker } from '../../src/work.ts'

const trouble = (message: string) => console.error(message)
const worker = await startSharedWorker({ ...JSON.parse(process.argv[2] ?? ''), trouble })
process.once('SIGTERM', () => worker.close().then(() => process.exit(), console.error))
console.log('ready')
