/**
 * Writes into the database file of a server that is stopped: tasks like one that ran there, with as many jobs and outputs as are
 * wanted. Each job has a plan, outputs and contents of its own, as a scatter has; those of two tasks differ in ids and in nothing else.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

type Row = { [column: string]: SQLInputValue }

export interface Filled {
  /** the task whose rows are multiplied: of one job, with one output */
  like: string
  jobs: number
  /** every so many jobs one has failed */
  failures?: number
  /** whether its jobs have digests already */
  digests: boolean
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Gives the id of the new task. */
export function fillTask(data: string, { like, jobs, failures = 0, digests }: Filled): string {
  const database = new DatabaseSync(join(data, 'reprise.sqlite'))
  database.exec('PRAGMA synchronous = OFF; BEGIN')
  const one = (query: string, ...values: SQLInputValue[]) => database.prepare(query).get(...values) as Row
  const json = (hash: unknown) => String(one('SELECT json FROM stored_values WHERE hash = ?', hash as string).json)
  const insert = (table: string, row: Row) => {
    const names = Object.keys(row)
    const marks = names.map(() => '?').join(', ')
    database
      .prepare(`INSERT OR IGNORE INTO ${table} (${names.join(', ')}) VALUES (${marks})`)
      .run(...Object.values(row))
  }
  const store = (text: string): string => {
    const hash = sha256(text)
    insert('stored_values', { hash, json: text })
    return hash
  }
  const task = one('SELECT * FROM tasks WHERE id = ?', like)
  const job = one('SELECT * FROM jobs WHERE task = ?', like)
  const plan = json(job.plan)
  const outputs = json(job.outputs)
  const content = /content:([0-9a-f]+)/.exec(outputs)![1]!
  const bytes = one('SELECT * FROM contents WHERE id = ?', content)
  const id = `${String(task.id).slice(0, 24)}${sha256(String(Math.random())).slice(0, 12)}`
  const files: unknown[] = []
  for (let index = 0; index < jobs; index++) {
    const own = sha256(`${id} ${index}`).slice(0, 24)
    insert('contents', { ...bytes, id: own, sha256: sha256(`content ${index}`) })
    const made = outputs.replaceAll(content, own)
    files.push(Object.values(JSON.parse(made))[0])
    const isFailed = failures > 0 && index % failures === 0
    insert('jobs', {
      ...job,
      task: id,
      path: `each[${index}]`,
      status: isFailed ? 'FAILED' : 'DONE',
      plan: store(plan.replace(/"path":"[^"]*","argv"/, `"path":"each[${index}]","argv"`)),
      outputs: isFailed ? null : store(made),
      inputs_digest: digests ? `sha256:${sha256(`inputs ${index}`)}` : null,
      plan_digest: digests ? `sha256:${sha256(`plan ${index}`)}` : null,
      outputs_digest: digests && !isFailed ? `sha256:${sha256(`outputs ${index}`)}` : null,
    })
  }
  const shown = files.map((_, index) => ({
    class: 'File',
    path: sha256(`file ${id} ${index}`).slice(0, 24),
    name: 'out.txt',
  }))
  insert('tasks', {
    ...task,
    id,
    origin: like,
    steps_total: jobs,
    steps_completed: jobs,
    result: store(JSON.stringify({ out: files })),
    outputs: store(JSON.stringify({ out: shown })),
  })
  database.exec('COMMIT')
  database.close()
  return id
}
