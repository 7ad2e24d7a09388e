import { sql } from 'kysely'
import { createIndex, createTables, type Tables } from './create-tables.ts'
import type { Migration } from './migration.ts'

const RIGHTS = { read: 'integer', copy: 'integer', write: 'integer', execute: 'integer', admin: 'integer' } as const

const TABLES: Tables = {
  grants: {
    key: ['project', 'type', 'member'],
    columns: { project: 'text', type: 'text', member: 'text', ...RIGHTS, created: 'integer' },
    indices: [
      ['project', 'created', 'member'],
      ['type', 'member'],
    ],
  },
  divisions: { key: ['id'], columns: { id: 'text', name: 'text', created: 'integer' } },
  division_members: {
    key: ['division', 'username'],
    columns: { division: 'text', username: 'text', role: 'text' },
    indices: [['username', 'division']],
  },
  teams: {
    key: ['id'],
    columns: { id: 'text', division: 'text', name: 'text', created: 'integer' },
    unique: [['division', 'name']],
  },
  team_members: {
    key: ['team', 'username'],
    columns: { team: 'text', username: 'text', role: 'text' },
    indices: [['username', 'team']],
  },
  storage_days: { key: ['day', 'project'], columns: { day: 'integer', project: 'text', bytes: 'integer' } },
  egress_days: {
    key: ['day', 'project', 'username'],
    columns: { day: 'integer', project: 'text', username: 'text', bytes: 'integer' },
  },
}

/** Members by grants to users, teams and divisions; public projects; what tasks cost, and what was stored and fetched. */
export const members: Migration = {
  name: 'members',
  async up(tx) {
    await createTables(tx, TABLES)
    const number = ['bigint', 'double precision'] as const
    await tx.schema
      .alterTable('projects')
      .addColumn('public', number[0], column => column.notNull().defaultTo(0))
      .execute()
    for (const table of ['tasks', 'jobs'] as const) {
      await tx.schema
        .alterTable(table)
        .addColumn('cost', number[1], column => column.notNull().defaultTo(0))
        .execute()
    }
    await createIndex(tx, 'tasks', ['parent', 'status'])
    await tx
      .insertInto('grants')
      .columns(['project', 'type', 'member', 'read', 'copy', 'write', 'execute', 'admin', 'created'])
      .expression(old =>
        old
          .selectFrom('members')
          .innerJoin('projects', 'projects.id', 'members.project')
          .select(['members.project', sql.lit('USER').as('type'), 'members.username'])
          .select(['members.read', 'members.copy', 'members.write', 'members.execute', 'members.admin'])
          .select('projects.created'),
      )
      .execute()
  },
}
