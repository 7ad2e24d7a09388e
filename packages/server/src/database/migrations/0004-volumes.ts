import { createTables, type Tables } from './create-tables.ts'
import type { Migration } from './migration.ts'

const TABLES: Tables = {
  volumes: {
    key: ['id'],
    columns: {
      id: 'text',
      owner: 'text',
      name: 'text',
      description: 'text',
      access_mode: 'text',
      active: 'integer',
      service: 'text',
      secrets: 'text?',
      created: 'integer',
      modified: 'integer',
    },
    indices: [
      ['created', 'id'],
      ['owner', 'created', 'id'],
    ],
  },
  volume_grants: {
    key: ['volume', 'type', 'member'],
    columns: {
      volume: 'text',
      type: 'text',
      member: 'text',
      read: 'integer',
      copy: 'integer',
      write: 'integer',
      admin: 'integer',
      created: 'integer',
    },
    indices: [
      ['volume', 'created', 'member'],
      ['type', 'member'],
    ],
  },
  transfers: {
    key: ['id'],
    columns: {
      id: 'text',
      kind: 'text',
      username: 'text',
      state: 'text',
      volume: 'text',
      project: 'text?',
      request: 'text',
      progress: 'text?',
      result: 'text?',
      code: 'integer?',
      message: 'text?',
      created: 'integer',
      started: 'integer?',
      finished: 'integer?',
    },
    indices: [
      ['username', 'kind', 'created', 'id'],
      ['volume', 'state'],
    ],
  },
}

/** Volumes, who may use them, imports and exports, and contents that lie on a volume. */
export const volumes: Migration = {
  name: 'volumes',
  async up(tx) {
    await createTables(tx, TABLES)
    for (const column of ['volume', 'location', 'etag']) {
      await tx.schema.alterTable('contents').addColumn(column, 'text').execute()
    }
    await tx.schema.createIndex('contents_by_volume').on('contents').column('volume').execute()
  },
}
