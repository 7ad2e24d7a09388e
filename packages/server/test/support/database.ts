import { randomUUID } from 'node:crypto'
import { afterAll, inject } from 'vitest'
import { type DatabaseOptions, type OpenDatabase, openDatabase } from '../../src/database/open.ts'
import { ask } from './postgres.ts'

const postgres = inject('postgres')
const databases = new Map<string, string>()

/** Whether the tests use PostgreSQL. */
export const onPostgres = postgres !== undefined

/** The address of a PostgreSQL database that belongs to the data folder alone; undefined where the tests use SQLite. */
export async function databaseOf(folder: string): Promise<string | undefined> {
  if (!postgres) return undefined
  const known = databases.get(folder)
  if (known) return known
  const name = `t_${randomUUID().replaceAll('-', '')}`
  await ask(postgres.server, `create database ${name} template ${postgres.template}`)
  const url = new URL(name, postgres.server).href
  databases.set(folder, url)
  return url
}

/** The rows of a data folder, by what the tests are to use. */
export async function openTestDatabase(folder: string, options: DatabaseOptions = {}): Promise<OpenDatabase> {
  return await openDatabase(folder, { ...options, url: await databaseOf(folder) })
}

afterAll(async () => {
  for (const url of databases.values()) {
    await ask(postgres!.server, `drop database if exists ${new URL(url).pathname.slice(1)} with (force)`)
  }
})
