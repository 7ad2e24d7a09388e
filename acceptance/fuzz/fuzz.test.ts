import { expect, test } from 'vitest'
import { startServer } from '../server.ts'
import { fuzz } from './fuzz.ts'
import { populate } from './populate.ts'

test('a thousand requests made by chance meet no fault', { timeout: 180_000 }, async () => {
  const server = await startServer()
  const { url, token } = server
  const { faults, called, succeeded, operations } = await fuzz({
    url,
    token,
    requests: 1000,
    seed: 7,
    ...(await populate(server)),
  })
  expect(faults).toEqual([])
  expect(called.size).toBeGreaterThan(operations * 0.8)
  expect(succeeded.size).toBeGreaterThan(operations * 0.4)
})
