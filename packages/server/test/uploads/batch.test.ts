import { expect, test } from 'vitest'
import { batchFor } from '../../src/uploads/sink.ts'

const MIB = 2 ** 20

test('a few transfers write a MiB at one time each, many less, and together never over 8 MiB', () => {
  expect([1, 4, 8].map(batchFor)).toEqual([MIB, MIB, MIB])
  expect([16, 32].map(batchFor)).toEqual([MIB / 2, MIB / 4])
  for (let count = 1; count <= 32; count++) expect(count * batchFor(count)).toBeLessThanOrEqual(8 * MIB)
})
