/**
 * What the API can't be quicker than: Fastify with two bare routes over `node:sqlite`, in one thread. They read and write the
 * very tables of a server, in a copy of its file with all its indices (WAL, synchronous=FULL), find the token by its hash and
 * the task by its id, and answer as many bytes as the server does. `node bench/api/floor.ts FILE`
 */
import { createHash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import Fastify, { type FastifyRequest } from 'fastify'
import { newUuid } from '../../packages/server/src/ids.ts'

const database = new DatabaseSync(process.argv[2]!)
database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL')
const tokens = database.prepare('SELECT username FROM tokens WHERE hash = ? AND revoked IS NULL')
const tasks = database.prepare('SELECT * FROM tasks WHERE id = ?')
const values = database.prepare('SELECT json FROM stored_values WHERE hash = ?')
const columns = database
  .prepare('SELECT name FROM pragma_table_info(?)')
  .all('tasks')
  .map(column => String(column.name))
const insert = database.prepare(`INSERT INTO tasks (${columns}) VALUES (${columns.map(() => '?')})`)

type Row = { [column: string]: string | number | null }

function requireToken({ headers }: FastifyRequest): void {
  const hash = createHash('sha256').update(String(headers['x-sbg-auth-token'])).digest('hex')
  if (!tokens.get(hash)) throw new Error('no such token')
}

function stored(hash: unknown): unknown {
  return JSON.parse(String(values.get(String(hash))?.json))
}

/** The bytes of the server's answer: its keys of a draft. */
function answerOf(task: Row, request: FastifyRequest) {
  return {
    href: `http://${request.headers.host}/v2/tasks/${task.id}`,
    id: task.id,
    name: task.name,
    status: task.status,
    project: task.project,
    app: task.app,
    type: 'v2',
    created_by: task.created_by,
    created_time: new Date(Number(task.created)).toISOString(),
    start_time: new Date(Number(task.created)).toISOString(),
    batch: task.batch === 1,
    execution_settings: JSON.parse(String(task.execution_settings)),
    use_interruptible_instances: task.use_interruptible_instances === 1,
    errors: JSON.parse(String(task.errors)),
    warnings: JSON.parse(String(task.warnings)),
    inputs: stored(task.inputs),
    outputs: stored(task.outputs),
  }
}

const app = Fastify()
const params = {
  type: 'object',
  required: ['task'],
  properties: { task: { type: 'string', minLength: 36, maxLength: 36 } },
}
const querystring = { type: 'object', properties: { action: { type: 'string', enum: ['run'] } } }
const body = { type: ['object', 'null'] }

app.get<{ Params: { task: string } }>('/v2/tasks/:task', { schema: { params } }, request => {
  requireToken(request)
  return answerOf(tasks.get(request.params.task) as Row, request)
})

app.post<{ Params: { task: string } }>(
  '/v2/tasks/:task/actions/clone',
  { schema: { params, querystring, body } },
  (request, reply) => {
    requireToken(request)
    const origin = tasks.get(request.params.task) as Row
    const task: Row = { ...origin, id: newUuid(), origin: origin.id ?? null, created: Date.now() }
    insert.run(...columns.map(column => task[column] ?? null))
    reply.code(201)
    return answerOf(task, request)
  },
)
process.on('SIGTERM', () => {
  database.close()
  process.exit()
})
console.log(await app.listen({ host: '127.0.0.1', port: 0 }))
