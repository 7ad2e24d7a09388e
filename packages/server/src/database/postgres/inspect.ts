import pg from 'pg'
import { connectionTo } from './connect.ts'

/** What is to be known of a PostgreSQL server before anything is made there. */
export interface Look {
  version: string
  encoding: string
  /** its user may make tables in the schema that comes first */
  mayMake: boolean
  /** its clock less ours */
  secondsApart: number
}

/** Milliseconds that a server has to answer. */
const PATIENCE = 5_000

/** Asks the database at the address; writes nothing. Rejects when it can't be reached. */
export async function lookAt(url: string): Promise<Look> {
  const client = new pg.Client({ ...connectionTo(url), connectionTimeoutMillis: PATIENCE, query_timeout: PATIENCE })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query(`
      select current_setting('server_version') as version, current_setting('server_encoding') as encoding,
        coalesce(has_schema_privilege(current_schema(), 'CREATE'), false) as make,
        extract(epoch from clock_timestamp())::float8 as now`)
    const [{ version, encoding, make, now }] = rows
    return {
      version: version.split(' ')[0],
      encoding,
      mayMake: Boolean(Number(make)),
      secondsApart: now - Date.now() / 1000,
    }
  } finally {
    await client.end().catch(() => undefined)
  }
}
