/** Writes the schema that the migrations end with, for each dialect, to be read and to see what a migration changes. */
import { writeFile } from 'node:fs/promises'
import { ask, makePostgres, postgresPrograms } from '../test/support/postgres.ts'
import { postgresSchema, sqliteSchema } from './schema-text.ts'

const place = (name: string) => new URL(`../src/database/${name}`, import.meta.url)
await writeFile(place('schema.sqlite.sql'), await sqliteSchema())
if (postgresPrograms()) {
  const postgres = await makePostgres()
  try {
    await ask(postgres.url('postgres'), 'create database reprise')
    await writeFile(place('schema.postgres.sql'), await postgresSchema(postgres.url('reprise')))
  } finally {
    await postgres.remove()
  }
} else {
  console.error('PostgreSQL is not installed: schema.postgres.sql stays as it is.')
  process.exitCode = 1
}
