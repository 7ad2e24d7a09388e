import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { databaseOf, openTestDatabase } from '../support/database.ts'

const PROGRAM = fileURLToPath(new URL('./writing-program.ts', import.meta.url))

test.each([1, 7, 40])(
  'after kill -9 at the acknowledgement of number %i everything acknowledged is there, whole',
  async kill => {
    const folder = await mkdtemp(join(tmpdir(), 'reprise-durable-'))
    try {
      const url = await databaseOf(folder)
      const child = spawn(process.execPath, [...process.execArgv, PROGRAM, folder, ...(url ? [url] : [])], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const acknowledged: string[] = []
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged.push(line)
        if (acknowledged.length === kill) child.kill('SIGKILL')
      }
      if (child.signalCode === null) await once(child, 'exit')
      const database = await openTestDatabase(folder)
      const rows = await database.read.selectFrom('settings').select(['key', 'value']).execute()
      await database.close()
      const values = new Map(rows.map(row => [row.key, row.value]))
      expect(acknowledged.length).toBeGreaterThanOrEqual(kill)
      for (const name of acknowledged) expect([values.get(`${name}a`), values.get(`${name}b`)]).toEqual(['1', '1'])
      for (const key of values.keys())
        expect(values.has(key.replace(/[ab]$/, end => (end === 'a' ? 'b' : 'a')))).toBe(true)
    } finally {
      await rm(folder, { recursive: true })
    }
  },
)
