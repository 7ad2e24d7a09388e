import { afterAll, expect, test } from 'vitest'
import { closeEvaluator } from './keys.ts'
import { corpusKeys, readPinned, whatChanged } from './pinned-keys.ts'

afterAll(closeEvaluator)

test('the keys of the corpus are what they were when their format and the engine got their numbers', async () => {
  expect(whatChanged(await readPinned(), await corpusKeys())).toBeUndefined()
})

test('who changes a key is told which numbers to raise, and where', () => {
  const pinned = { format: 1, engine: 1, keys: { a: '1', b: '2' } }
  expect(whatChanged(pinned, pinned)).toBeUndefined()
  expect(whatChanged(pinned, { ...pinned, keys: { a: '1', b: '3' } })).toMatch(
    /^The keys of jobs have changed: b\. .*reuse\/parts\.ts raise KEY_FORMAT.*or ENGINE.*make pins/,
  )
  for (const raised of [{ format: 2 }, { engine: 2 }]) {
    expect(whatChanged(pinned, { ...pinned, ...raised, keys: { a: '4', b: '5' } })).toMatch(/run make pins/)
  }
  expect(whatChanged(pinned, { ...pinned, keys: { a: '1', b: '2', c: '3' } })).toMatch(/other jobs .* make pins/)
})
