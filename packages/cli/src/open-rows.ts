import { type OpenDatabase, openDatabase } from '@reprise/server/database'

export interface DataOptions {
  data: string
  database?: string
}

/** Runs `body` with the rows of the data folder, beside a running server or without one. */
export async function withRows<T>(
  { data, database: url }: DataOptions,
  body: (database: OpenDatabase) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(data, { url })
  try {
    return await body(database)
  } finally {
    await database.close()
  }
}
