/**
 * Runs what waits of the operations of a data folder until none is left. Arguments: the data folder, a folder that volumes may
 * lie in, the database's address or nothing, and what is to be accepted first, as JSON: `{"import": {…}}`,
 * `{"export": {…}}` or `{"drs": {…}}`. Environment: DRS_HOST, a host that it may fetch from.
 */
import { join } from 'node:path'
import { pino } from 'pino'
import { createContext } from '../../src/create-context.ts'
import { openDatabase } from '../../src/database/open.ts'
import { Contents } from '../../src/storage/contents.ts'
import { importDrs } from '../../src/volumes/drs/imports.ts'
import { startExport } from '../../src/volumes/transfers/start-export.ts'
import { startImport } from '../../src/volumes/transfers/start-import.ts'

const [dataFolder = '', allowed = '', url = '', accepted = '{}'] = process.argv.slice(2)
const requests = JSON.parse(accepted)
const database = await openDatabase(dataFolder, { url: url || undefined })
const contents = new Contents({ database, folder: dataFolder, volumes: { allowPaths: [allowed] } })
const context = await createContext({
  database,
  contents,
  worker: { send: () => undefined },
  settings: {
    uploadsFolder: join(dataFolder, 'uploads'),
    allowDrsHosts: process.env.DRS_HOST ? [process.env.DRS_HOST] : [],
  },
  log: pino({ level: 'warn' }),
})
const kim = { username: 'kim', admin: false }
if (requests.import) await startImport(context, kim, requests.import)
if (requests.export) await startExport(context, kim, requests.export, { copyOnly: false, overwrite: false })
if (requests.drs) await importDrs(context, kim, requests.drs)
await context.operations.idle()
await context.operations.stop()
process.exit()
