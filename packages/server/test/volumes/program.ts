/**
 * Runs what waits of the operations of a data folder until none is left. Arguments: the data folder, a folder that volumes may
 * lie in, and what is to be accepted first, as JSON: `{"import": {…}}` or `{"export": {…}}`; last, where the rows are in PostgreSQL, its
 * address.
 */
import { join } from 'node:path'
import { pino } from 'pino'
import { createContext } from '../../src/create-context.ts'
import { openDatabase } from '../../src/database/open.ts'
import { Contents } from '../../src/storage/contents.ts'
import { startExport } from '../../src/volumes/transfers/start-export.ts'
import { startImport } from '../../src/volumes/transfers/start-import.ts'

const [dataFolder = '', allowed = '', accepted = '{}', url] = process.argv.slice(2)
const database = await openDatabase(dataFolder, { url })
const contents = new Contents({ database, folder: dataFolder, volumes: { allowPaths: [allowed] } })
const context = await createContext({
  database,
  contents,
  worker: { send: () => undefined },
  settings: { uploadsFolder: join(dataFolder, 'uploads') },
  log: pino({ level: 'warn' }),
})
const kim = { username: 'kim', admin: false }
const requests = JSON.parse(accepted)
if (requests.import) await startImport(context, kim, requests.import)
if (requests.export) await startExport(context, kim, requests.export, { copyOnly: false, overwrite: false })
await context.operations.idle()
await context.operations.stop()
process.exit()
