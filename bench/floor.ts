/**
 * What the API can't be quicker than: Fastify with one route that validates a body, makes one durable insert in SQLite
 * (WAL, synchronous=FULL) and answers the row.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import Fastify from 'fastify'

const folder = mkdtempSync(join(tmpdir(), 'reprise-floor-'))
const database = new DatabaseSync(join(folder, 'floor.db'))
database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE tasks (id TEXT PRIMARY KEY, body TEXT)')
const insert = database.prepare('INSERT INTO tasks VALUES (?, ?)')
const app = Fastify()
const schema = { body: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } }
app.post('/tasks', { schema }, request => {
  const id = crypto.randomUUID()
  insert.run(id, JSON.stringify(request.body))
  return { id, body: request.body }
})
process.on('SIGTERM', () => {
  database.close()
  rmSync(folder, { recursive: true, force: true })
  process.exit()
})
console.log(await app.listen({ host: '127.0.0.1', port: 0 }))
