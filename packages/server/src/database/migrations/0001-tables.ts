import type { ColumnDataType } from 'kysely'
import type { Write } from '../index.ts'
import type { Migration } from './index.ts'

/** Columns as `name: type`, a `?` after the type when it may be null; `key` is the primary key. */
interface Table {
  key: string[]
  columns: { [name: string]: ColumnType }
  unique?: string[][]
  indices?: string[][]
}

type ColumnType = 'text' | 'text?' | 'integer' | 'integer?' | 'real' | 'real?' | 'blob?'

const TABLES: { [name: string]: Table } = {
  users: {
    key: ['username'],
    columns: { username: 'text', email: 'text', admin: 'integer', disabled: 'integer', created: 'integer' },
  },
  tokens: {
    key: ['hash'],
    columns: { hash: 'text', id: 'text', username: 'text', created: 'integer', revoked: 'integer?' },
    unique: [['id']],
    indices: [['username']],
  },
  projects: {
    key: ['id'],
    columns: {
      id: 'text',
      owner: 'text',
      name: 'text',
      description: 'text',
      tags: 'text',
      settings: 'text',
      billing_group: 'text?',
      root_folder: 'text',
      created_by: 'text',
      created: 'integer',
      modified: 'integer',
    },
    indices: [['owner'], ['created', 'id']],
  },
  members: {
    key: ['project', 'username'],
    columns: {
      project: 'text',
      username: 'text',
      read: 'integer',
      copy: 'integer',
      write: 'integer',
      execute: 'integer',
      admin: 'integer',
    },
    indices: [['username', 'project']],
  },
  files: {
    key: ['id'],
    columns: {
      id: 'text',
      project: 'text',
      parent: 'text?',
      type: 'text',
      name: 'text',
      content: 'text?',
      size: 'integer?',
      origin_task: 'text?',
      tags: 'text',
      metadata: 'text',
      created: 'integer',
      modified: 'integer',
    },
    unique: [['parent', 'name']],
    indices: [['project', 'parent', 'id'], ['parent', 'id'], ['origin_task'], ['content']],
  },
  file_metadata: {
    key: ['file', 'key'],
    columns: { folder: 'text', key: 'text', value: 'text', file: 'text' },
    indices: [['folder', 'key', 'value', 'file']],
  },
  contents: {
    key: ['id'],
    columns: { id: 'text', size: 'integer', sha256: 'text?', bytes: 'blob?', created: 'integer' },
    indices: [['sha256']],
  },
  holders: {
    key: ['content', 'holder'],
    columns: { content: 'text', holder: 'text', until: 'integer?' },
    indices: [['holder', 'content']],
  },
  uploads: {
    key: ['id'],
    columns: {
      id: 'text',
      username: 'text',
      project: 'text',
      parent: 'text',
      name: 'text',
      size: 'integer?',
      part_size: 'integer',
      md5: 'text?',
      overwrite: 'integer',
      initiated: 'integer',
      completing: 'integer?',
    },
    indices: [['username', 'initiated', 'id'], ['project']],
  },
  upload_parts: {
    key: ['upload', 'number'],
    columns: { upload: 'text', number: 'integer', size: 'integer', etag: 'text', reported: 'integer' },
  },
  apps: {
    key: ['id'],
    columns: {
      id: 'text',
      project: 'text',
      name: 'text',
      latest: 'integer',
      created_by: 'text',
      created: 'integer',
    },
    indices: [['project', 'created', 'id']],
  },
  app_revisions: {
    key: ['app', 'revision'],
    columns: {
      app: 'text',
      revision: 'integer',
      label: 'text',
      raw: 'text',
      model: 'text?',
      problems: 'text',
      cwl_version: 'text',
      cwl: 'integer',
      notes: 'text?',
      created_by: 'text',
      created: 'integer',
    },
  },
  stored_values: { key: ['hash'], columns: { hash: 'text', json: 'text' } },
  tasks: {
    key: ['id'],
    columns: {
      id: 'text',
      project: 'text',
      name: 'text',
      description: 'text?',
      app: 'text',
      status: 'text',
      origin: 'text?',
      parent: 'text?',
      batch: 'integer',
      batch_input: 'text?',
      batch_by: 'text?',
      batch_group: 'text?',
      execution_settings: 'text',
      use_interruptible_instances: 'integer',
      output_location: 'text?',
      inputs: 'text',
      outputs: 'text',
      errors: 'text',
      warnings: 'text',
      record: 'text?',
      claim: 'integer',
      message: 'text',
      steps_total: 'integer',
      steps_completed: 'integer',
      created_by: 'text',
      executed_by: 'text?',
      created: 'integer',
      started: 'integer?',
      running: 'integer?',
      ended: 'integer?',
    },
    indices: [
      ['project', 'created', 'id'],
      ['project', 'status', 'created', 'id'],
      ['parent', 'created', 'id'],
      ['status', 'id'],
      ['created', 'id'],
      ['origin'],
    ],
  },
  jobs: {
    key: ['task', 'path'],
    columns: {
      task: 'text',
      path: 'text',
      status: 'text',
      attempt: 'integer',
      plan: 'text?',
      outputs: 'text?',
      manifest: 'text?',
      exit_code: 'integer?',
      command_line: 'text',
      message: 'text',
      stdout: 'text?',
      stderr: 'text?',
      cores: 'real',
      ram: 'real',
      cpu: 'real?',
      retried: 'integer',
      queued: 'integer',
      started: 'integer?',
      ended: 'integer?',
    },
  },
  settings: { key: ['key'], columns: { key: 'text', value: 'text' } },
}

const TYPES: { [type: string]: ColumnDataType } = {
  text: 'text',
  integer: 'bigint',
  real: 'double precision',
  blob: 'blob',
}

/** All tables of the first version, with the indices that lists need. */
export const tables: Migration = {
  name: 'tables',
  async up(tx) {
    for (const [name, table] of Object.entries(TABLES)) await create(tx, name, table)
  },
}

async function create(tx: Write, name: string, table: Table): Promise<void> {
  let builder = tx.schema.createTable(name)
  for (const [column, type] of Object.entries(table.columns)) {
    const dataType = TYPES[type.replace('?', '')] ?? 'text'
    builder = builder.addColumn(column, dataType, definition =>
      type.endsWith('?') ? definition : definition.notNull(),
    )
  }
  await builder.addPrimaryKeyConstraint(`${name}_key`, columnsOf(table.key)).execute()
  for (const columns of table.unique ?? []) await index(tx, name, columns, true)
  for (const columns of table.indices ?? []) await index(tx, name, columns, false)
}

async function index(tx: Write, table: string, columns: string[], unique: boolean): Promise<void> {
  const builder = tx.schema
    .createIndex(`${table}_by_${columns.join('_')}`)
    .on(table)
    .columns(columns)
  await (unique ? builder.unique() : builder).execute()
}

/** Kysely wants at least one column, known by name. */
function columnsOf(names: string[]): never[] {
  return names as never[]
}
