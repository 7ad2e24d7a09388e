/** Runs the operations on files of a data folder until none is left. */
import { openDatabase } from '../../src/database/open.ts'
import { kinds } from '../../src/operation-kinds.ts'
import { Operations } from '../../src/operations/operations.ts'
import { contextOf } from './counting.ts'

const [dataFolder = '', url] = process.argv.slice(2)
const database = await openDatabase(dataFolder, { url: url || undefined })
const operations = new Operations(database, kinds, { alone: true })
await operations.start(contextOf(database))
await operations.idle()
await operations.stop()
await database.close()
