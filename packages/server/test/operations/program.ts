/** Runs the operations of a data folder until none is left; with a request as third argument it accepts one first. */
import { openDatabase } from '../../src/database/open.ts'
import { Operations } from '../../src/operations/operations.ts'
import { contextOf, counting } from './counting.ts'

const [dataFolder = '', url, request] = process.argv.slice(2)
const database = await openDatabase(dataFolder, { url: url || undefined })
const operations = new Operations(database, [counting], { alone: true })
if (request) {
  const accepted = await database.write(tx => operations.accept(tx, counting.name, 'kim', JSON.parse(request)))
  console.log(accepted.id)
}
await operations.start(contextOf(database))
await operations.idle()
await operations.stop()
await database.close()
