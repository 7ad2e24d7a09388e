import type { TestProject } from 'vitest/node'
import { openPostgres } from '../../src/database/postgres/open.ts'
import { ask, makePostgres } from './postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** address of a PostgreSQL, and of a database there whose copies the tests use; undefined where they use SQLite */
    postgres: { server: string; template: string } | undefined
  }
}

/** Where the tests are to use PostgreSQL, starts one for all of them. */
export default async function setUp(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (process.env.REPRISE_TEST_DATABASE !== 'postgres') {
    project.provide('postgres', undefined)
    return undefined
  }
  const postgres = await makePostgres()
  const server = postgres.url('postgres')
  await ask(server, 'create database reprise_template')
  const database = await openPostgres({ url: postgres.url('reprise_template') })
  await database.close()
  project.provide('postgres', { server, template: 'reprise_template' })
  return () => postgres.remove()
}
