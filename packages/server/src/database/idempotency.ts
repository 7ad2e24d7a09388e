import type { Queries, Write } from './index.ts'
import type { IdempotencyKeyRow } from './schema.ts'

/** A key that was given after `since`. */
export function findKey(queries: Queries, username: string, name: string, since: number) {
  return queries
    .selectFrom('idempotency_keys')
    .selectAll()
    .where('username', '=', username)
    .where('name', '=', name)
    .where('created', '>', since)
    .executeTakeFirst()
}

/** Takes the key for `row.owner`, unless another one has it who took it after `since`. True when the owner has it then. */
export async function insertKey(tx: Write, row: IdempotencyKeyRow, since: number): Promise<boolean> {
  await tx
    .deleteFrom('idempotency_keys')
    .where('username', '=', row.username)
    .where('name', '=', row.name)
    .where('created', '<=', since)
    .execute()
  await tx
    .insertInto('idempotency_keys')
    .values(row)
    .onConflict(conflict => conflict.columns(['username', 'name']).doNothing())
    .execute()
  return (await findKey(tx, row.username, row.name, since))?.owner === row.owner
}

export async function updateKey(
  tx: Write,
  { username, name }: Pick<IdempotencyKeyRow, 'username' | 'name'>,
  fields: Partial<Pick<IdempotencyKeyRow, 'object' | 'status' | 'body'>>,
): Promise<void> {
  await tx
    .updateTable('idempotency_keys')
    .set(fields)
    .where('username', '=', username)
    .where('name', '=', name)
    .execute()
}

/** Removes some of the keys that were given before `since`. */
export async function removeOldKeys(tx: Write, since: number): Promise<void> {
  const old = await tx
    .selectFrom('idempotency_keys')
    .select('name')
    .where('created', '<=', since)
    .orderBy('created')
    .limit(200)
    .execute()
  if (old.length === 0) return
  await tx
    .deleteFrom('idempotency_keys')
    .where('created', '<=', since)
    .where(
      'name',
      'in',
      old.map(({ name }) => name),
    )
    .execute()
}
