import { sql } from 'kysely'
import { createIndex, createTables } from './create-tables.ts'
import type { Migration } from './migration.ts'

/** What a rerun repeats of its origin, what of a job is kept to compare it by, and what comparisons found. */
export const reruns: Migration = {
  name: 'reruns',
  async up(tx) {
    await tx.schema.alterTable('tasks').addColumn('seed', 'text').execute()
    await tx.schema.alterTable('tasks').addColumn('time', 'bigint').execute()
    await tx.schema.alterTable('tasks').addColumn('resources', 'text').execute()
    await tx.schema.alterTable('tasks').addColumn('groups', 'text').execute()
    await tx.schema.alterTable('tasks').addColumn('result', 'text').execute()
    await tx.schema
      .alterTable('tasks')
      .addColumn('verifies', 'bigint', column => column.notNull().defaultTo(0))
      .execute()
    await createIndex(tx, 'tasks', ['origin', 'id'])
    for (const column of ['inputs', 'inputs_digest', 'plan_digest', 'outputs_digest', 'circumstances'] as const) {
      await tx.schema.alterTable('jobs').addColumn(column, 'text').execute()
    }
    await tx.schema.alterTable('jobs').addColumn('memory', 'bigint').execute()
    await tx.schema
      .createIndex('jobs_by_failure')
      .on('jobs')
      .columns(['task', 'path'])
      .where(sql<boolean>`status = 'FAILED'`)
      .execute()
    await createIndex(tx, 'jobs', ['inputs_digest', 'plan_digest'])
    await createTables(tx, {
      comparisons: {
        key: ['task', 'other', 'version'],
        columns: {
          task: 'text',
          other: 'text',
          version: 'integer',
          state: 'text',
          message: 'text',
          done: 'integer',
          total: 'integer',
          result: 'text?',
          asked: 'integer',
          made: 'integer?',
        },
      },
      compared_outputs: {
        key: ['task', 'other', 'version', 'position'],
        columns: {
          task: 'text',
          other: 'text',
          version: 'integer',
          position: 'integer',
          verdict: 'text',
          row: 'text',
        },
      },
      content_verdicts: {
        key: ['old', 'new', 'version'],
        columns: { old: 'text', new: 'text', version: 'integer', verdict: 'text' },
      },
    })
  },
}
