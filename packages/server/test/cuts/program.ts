/** A whole server in a process of its own: its options as JSON in the first argument. Says its address in one line, ends by SIGTERM. */
import { appendFileSync } from 'node:fs'
import { startServer } from '../../src/serve.ts'

const server = await startServer(JSON.parse(process.argv[2] ?? ''))
process.once('SIGTERM', () => {
  server.close().then(
    () => process.exit(),
    error => {
      console.error(error)
      process.exit(1)
    },
  )
})
const log = process.env.REPRISE_FAILPOINT_LOG
if (log) appendFileSync(log, 'ready\n')
console.log(server.url)
