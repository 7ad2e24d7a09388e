import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect, inject, test } from 'vitest'
import { postgresSchema, sqliteSchema } from '../../tools/schema-text.ts'
import { ask } from '../support/postgres.ts'

const checkedIn = (name: string) => readFile(new URL(`../../src/database/${name}`, import.meta.url), 'utf8')

test('the schema that is checked in is what the migrations make (make schema)', async () => {
  const postgres = inject('postgres')
  if (!postgres) {
    expect(await sqliteSchema()).toBe(await checkedIn('schema.sqlite.sql'))
    return
  }
  const name = `schema_${randomUUID().replaceAll('-', '')}`
  await ask(postgres.server, `create database ${name}`)
  try {
    expect(await postgresSchema(new URL(name, postgres.server).href)).toBe(await checkedIn('schema.postgres.sql'))
  } finally {
    await ask(postgres.server, `drop database ${name} with (force)`)
  }
})
