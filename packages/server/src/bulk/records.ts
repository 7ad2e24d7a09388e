import { ApiError, errorBody } from '../errors.ts'

/** A record for each item, in their order: what came of it, or the error it ended with. Items don't touch each other. */
export async function recordsFor<T>(items: T[], base: string, one: (item: T) => Promise<object>) {
  const records: ({ resource: object } | { error: object })[] = []
  for (const item of items) {
    try {
      records.push({ resource: await one(item) })
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      records.push({ error: errorBody(error, base) })
    }
  }
  return { items: records }
}
