import { BUDGETS } from '@reprise/cwl'
import { expect, test } from 'vitest'
import { budgetsOf } from '../../src/execution/budgets.ts'
import { STANDARD } from '../../src/limits/limits.ts'

test('the command without a server has the same budgets', () => {
  expect(budgetsOf(STANDARD)).toEqual(BUDGETS)
})
