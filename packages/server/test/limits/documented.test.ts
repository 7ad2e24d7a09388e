import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { amount, LIMIT_NAMES, LIMITS } from '../../src/limits/limits.ts'

test('docs/security.md lists every limit as it is', async () => {
  const text = await readFile(join(import.meta.dirname, '../../../../docs/security.md'), 'utf8')
  const [, table = ''] = /\| Name \| When not set \| Bounds \|\n\|---\|---\|---\|\n((?:\|.*\n)+)/.exec(text) ?? []
  const rows = LIMIT_NAMES.map(name => {
    const { standard, unit, about } = LIMITS[name]
    return `| \`${name}\` | ${amount(standard, unit)} | ${about} |\n`
  })
  expect(table).toBe(rows.join(''))
})
