import { expect, test } from 'vitest'
import { createAppChecker } from '../../src/apps/checker.ts'
import { TOOL } from '../support/documents.ts'

test('a document that takes too long is given up, and the next one is read', async () => {
  const hasty = createAppChecker({ limit: 1 })
  try {
    expect(await hasty.check('kim', 'a', JSON.stringify(TOOL))).toMatchObject({
      unreadable: expect.stringContaining('longer'),
    })
  } finally {
    await hasty.close()
  }
  const checker = createAppChecker()
  try {
    const [first, second] = await Promise.all([
      checker.check('kim', 'a', '{'),
      checker.check('kim', 'b', JSON.stringify(TOOL)),
    ])
    expect(first).toHaveProperty('unreadable')
    expect(second).toMatchObject({ cwlVersion: 'v1.2', cwl: true, problems: [], label: 'Count words' })
  } finally {
    await checker.close()
  }
})

test('closing waits for no document', async () => {
  const checker = createAppChecker()
  const pending = [checker.check('kim', 'a', JSON.stringify(TOOL)), checker.check('kim', 'b', JSON.stringify(TOOL))]
  await Promise.resolve()
  await checker.close()
  for (const answer of await Promise.all(pending)) expect(answer).toHaveProperty('unreadable')
})

test('a document of very many values is refused before it takes memory, and the server lives on', async () => {
  const checker = createAppChecker()
  try {
    const many = await checker.check('kim', 'a', `x: [${'1,'.repeat(1_500_000)}1]`)
    expect(many).toEqual({ unreadable: 'it has more than 200000 values' })
    expect(await checker.check('kim', 'b', JSON.stringify(TOOL))).toMatchObject({ cwl: true, problems: [] })
  } finally {
    await checker.close()
  }
})
