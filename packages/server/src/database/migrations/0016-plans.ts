import { createTables } from './create-tables.ts'
import type { Migration } from './migration.ts'

/** What a run would run and what it would reuse, said before it. */
export const plans: Migration = {
  name: 'plans',
  async up(tx) {
    await createTables(tx, {
      plans: {
        key: ['id'],
        columns: {
          id: 'text',
          task: 'text',
          username: 'text',
          draft: 'integer',
          origin: 'text?',
          record: 'text',
          fingerprint: 'text',
          state: 'text',
          message: 'text',
          done: 'integer',
          total: 'integer',
          result: 'text?',
          asked: 'integer',
          made: 'integer?',
          owner: 'integer',
          lease: 'integer',
          tries: 'integer',
        },
        indices: [['task', 'username', 'asked'], ['state']],
      },
      plan_rows: {
        key: ['plan', 'position'],
        columns: { plan: 'text', position: 'integer', decision: 'text', row: 'text' },
      },
      plan_basis: { key: ['plan', 'position'], columns: { plan: 'text', position: 'integer', basis: 'text' } },
    })
  },
}
