/** A server without API: worker and database on a data folder. Reads messages to the worker, one JSON a line. */
import { createInterface } from 'node:readline'
import { checkIsolation, type Isolation } from '@reprise/runner'
import { openDatabase } from '../../src/database/open.ts'
import { lockDataFolder } from '../../src/execution/lock.ts'
import { startWorker } from '../../src/execution/start-worker.ts'

const [dataFolder = '', isolation = 'none', url] = process.argv.slice(2)
const say = (line: object) => console.log(JSON.stringify(line))

const unlock = lockDataFolder(dataFolder, url !== undefined)
const database = await openDatabase(dataFolder, { url })
const worker = await startWorker({
  dataFolder,
  database: Promise.resolve(database),
  means: checkIsolation(isolation as Isolation),
  images: {},
  allowNetwork: false,
  lease: Number(process.env.TEST_LEASE ?? 30_000),
  changed: task => say({ type: 'changed', task }),
  trouble: message => console.error(message),
})
say({ type: 'ready' })

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line)
  if (message.type !== 'stop') worker.send(message)
  else break
}
await worker.stop()
await database.close()
unlock()
process.exit()
