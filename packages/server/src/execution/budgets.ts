import type { Budgets } from '@reprise/cwl'
import type { Limits } from '../limits/limits.ts'

/** The engine's budgets out of the table of limits. */
export function budgetsOf(limits: Limits): Budgets {
  return {
    expressionBytes: limits['expression-bytes'],
    jobBytes: limits['job-bytes'],
    jobValues: limits['job-values'],
    taskBytes: limits['task-bytes'],
    taskValues: limits['task-values'],
    taskJobs: limits['task-jobs'],
    outputValues: limits['output-values'],
  }
}
