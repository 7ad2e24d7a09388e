import { addHolders } from './contents.ts'
import type { Database, Queries, Write } from './index.ts'

/** Contents that one transaction names a holder of; some of them it may have to revive. */
const ROWS = 400

/** A task needs more contents than one transaction may hold; nothing was written. */
class HoldFirst extends Error {
  override name = 'HoldFirst'
  readonly holder: string
  readonly contents: string[]

  constructor(holder: string, contents: string[]) {
    super('the contents are to be held first')
    this.holder = holder
    this.contents = contents
  }
}

/** Holds what a task needs, within `holdingFirst`. Of many contents all but some are held already, or it does not go on. */
export async function holdAll(tx: Write, contents: string[], holder: string): Promise<void> {
  const unique = [...new Set(contents)]
  if (unique.length <= ROWS) return await addHolders(tx, unique, holder)
  const held = await heldBy(tx, holder)
  const missing = unique.filter(content => !held.has(content))
  if (missing.length > ROWS) throw new HoldFirst(holder, missing)
  await addHolders(tx, missing, holder)
}

/**
 * Runs a transaction in which tasks come to hold contents (`holdAll`). Where these are too many for one, they are held before, some
 * at a time, and it is run again, under the same ids. If it does not come to that, the sweeper lets go of them.
 */
export async function holdingFirst<T>(database: Database, body: (tx: Write) => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await database.write(body)
    } catch (error) {
      if (!(error instanceof HoldFirst)) throw error
      const { holder, contents } = error
      for (let from = 0; from < contents.length; from += ROWS) {
        await database.write(tx => addHolders(tx, contents.slice(from, from + ROWS), holder))
      }
    }
  }
}

async function heldBy(db: Queries, holder: string): Promise<Set<string>> {
  const rows = await db.selectFrom('holders').select('content').where('holder', '=', holder).execute()
  return new Set(rows.map(row => row.content))
}
