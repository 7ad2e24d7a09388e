/**
 * Fills the database file of a server that is stopped: tasks and files of many projects, written straight into its tables. The
 * projects are of very different size: half of all rows are in the first one, half of what is left in the second, and so on to
 * the last, which is how data folders grow. Of the tasks 80 % are COMPLETED, 12 % FAILED, 5 % ABORTED, 3 % DRAFT, spread
 * evenly, with the inputs and outputs of 200 different runs; a file has six metadata keys, among them a sample of 20 files
 * and a case of 100. Indices are taken away for the while and made again, from their own text.
 */
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

export interface Place {
  project: string
  /** its root folder */
  folder: string
  app: string
}

const CHUNK = 50_000
/** 2024-01-01; a row a minute */
const BEGUN = Date.UTC(2024, 0, 1)
const STEP = 60_000

export function fillTasks(data: string, places: Place[], count: number): void {
  const database = opened(data)
  const values = Array.from({ length: 200 }, (_, run) => {
    const files = Array.from({ length: 6 }, (_, at) => [`port_${at}`, file(`${run}${at}`)])
    return [
      JSON.stringify({ sample: `sample ${run}`, threads: 4, ...Object.fromEntries(files) }),
      JSON.stringify({ calls: file(`1${run}`), index: file(`2${run}`), report: file(`3${run}`) }),
    ]
  })
  const store = database.prepare('INSERT OR IGNORE INTO stored_values (hash, json) VALUES (?, ?)')
  for (const [run, [inputs, outputs]] of values.entries()) {
    store.run(`inputs-${run}`, inputs!)
    store.run(`outputs-${run}`, outputs!)
  }
  without(database, ['tasks'], () =>
    insert(database, 'tasks', count, index => {
      const { project, app } = placeOf(places, index)
      const created = BEGUN + index * STEP
      const share = (index * 7) % 100
      const status = share < 80 ? 'COMPLETED' : share < 92 ? 'FAILED' : share < 97 ? 'ABORTED' : 'DRAFT'
      const started = status === 'DRAFT' ? null : created + 1000
      return {
        id: uuid(created, index),
        project,
        name: `Variant calling of sample ${index}`,
        description: 'Somatic variants of one pair of samples',
        app: `${app}/0`,
        status,
        batch: 0,
        execution_settings: '{"use_memoization":false}',
        use_interruptible_instances: 1,
        inputs: `inputs-${index % 200}`,
        outputs: `outputs-${index % 200}`,
        errors: '[]',
        warnings: '[]',
        claim: 1,
        message: status === 'FAILED' ? 'The job bwa_mem ended with exit code 1.' : '',
        steps_total: 12,
        steps_completed: status === 'COMPLETED' ? 12 : 0,
        cost: 0,
        created_by: 'admin',
        executed_by: started === null ? null : 'admin',
        created,
        started,
        running: started === null ? null : started + 5000,
        ended: started === null ? null : started + 1_800_000,
      }
    }),
  )
  database.close()
}

export function fillFiles(data: string, places: Place[], count: number): void {
  const database = opened(data)
  const metadata = (index: number) => ({
    sample_id: `S${Math.floor(index / 20)}`,
    case_id: `C${Math.floor(index / 100)}`,
    sample_type: index % 3 === 0 ? 'Primary Tumor' : 'Blood Derived Normal',
    experimental_strategy: index % 2 === 0 ? 'WGS' : 'RNA-Seq',
    platform: 'Illumina',
    paired_end: String(1 + (index % 2)),
  })
  without(database, ['file_rows', 'file_metadata_rows'], () => {
    insert(database, 'file_rows', count, index => {
      const { project, folder } = placeOf(places, index)
      const created = BEGUN + index * STEP
      return {
        id: fileId(created, index),
        project,
        parent: folder,
        type: 'file',
        name: `reads-${index}.fastq.gz`,
        content: `content-${index}`,
        size: 1_000_000 + index,
        tags: '[]',
        metadata: JSON.stringify(metadata(index)),
        created,
        modified: created,
      }
    })
    const keys = Object.keys(metadata(0)).sort()
    insert(database, 'file_metadata_rows', count * keys.length, at => {
      const index = Math.floor(at / keys.length)
      const key = keys[at % keys.length] as keyof ReturnType<typeof metadata>
      const { folder } = placeOf(places, index)
      return { folder, key, value: metadata(index)[key], file: fileId(BEGUN + index * STEP, index) }
    })
  })
  database.close()
}

function opened(data: string): DatabaseSync {
  const database = new DatabaseSync(join(data, 'reprise.sqlite'))
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; PRAGMA temp_store = MEMORY')
  return database
}

/** Half of all rows are in the first place, half of the others in the second, and so on. */
function placeOf(places: Place[], index: number): Place {
  const zeros = Math.min(31 - Math.clz32((index + 1) & -(index + 1)), places.length - 1)
  return places[zeros]!
}

/** Takes the indices of the tables away while `body` writes. */
function without(database: DatabaseSync, tables: string[], body: () => void): void {
  const indices = database
    .prepare(
      `SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN (${tables.map(() => '?')})`,
    )
    .all(...tables)
  for (const { name } of indices) database.exec(`DROP INDEX "${name}"`)
  body()
  for (const { sql } of indices) database.exec(String(sql))
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
}

function insert(
  database: DatabaseSync,
  table: string,
  count: number,
  rowOf: (index: number) => { [column: string]: SQLInputValue },
): void {
  const columns = Object.keys(rowOf(0))
  const one = database.prepare(`INSERT INTO ${table} (${columns}) VALUES (${columns.map(() => '?')})`)
  for (let from = 0; from < count; from += CHUNK) {
    database.exec('BEGIN')
    for (let index = from; index < Math.min(count, from + CHUNK); index++) one.run(...Object.values(rowOf(index)))
    database.exec('COMMIT')
    process.stderr.write(`\r${table}: ${Math.min(count, from + CHUNK)} of ${count}   `)
  }
  process.stderr.write('\r\x1b[K')
}

function hex(value: number, length: number): string {
  return value.toString(16).padStart(length, '0')
}

/** As the program makes them: ascending with time. */
function uuid(time: number, index: number): string {
  const start = hex(time, 12)
  return `${start.slice(0, 8)}-${start.slice(8)}-7${hex(index & 0xfff, 3)}-8000-${hex(index, 12)}`
}

function fileId(time: number, index: number): string {
  return hex(time, 12) + hex(index, 12)
}

function file(id: string) {
  return { class: 'File', path: id.padStart(24, '0'), name: `reads-${id}.fastq.gz` }
}
