import { expect, test } from 'vitest'
import { newFileId, newUuid } from '../src/ids.ts'

test.each([
  ['uuid', newUuid, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
  ['file id', newFileId, /^[0-9a-f]{24}$/],
] as const)('each %s is well-formed and above the one before', (_, make, form) => {
  const ids = Array.from({ length: 20_000 }, () => make())
  expect(ids.every(id => form.test(id))).toBe(true)
  expect(new Set(ids).size).toBe(ids.length)
  expect([...ids].sort()).toEqual(ids)
})
