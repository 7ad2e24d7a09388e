import { reruns } from '@reprise/contract'
import { pageCompared } from '../../../database/comparisons.ts'
import { comparePairs, renderPairs } from '../../../rerun/comparison/pairs.ts'
import { renderComparison } from '../../../rerun/comparison/render.ts'
import { awaitComparison, comparedTasks, keyOf, requestComparison } from '../../../rerun/comparison/request.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /tasks/{id}/comparison: begun by the first that asks, and kept. */
export const getComparison = route({
  call: 'tasks.comparison',
  answer: reruns.comparison,
  query: reruns.compareQuery,
  handle: async ({ context, caller, path, query, base }) => {
    const tasks = await comparedTasks(context, caller, 'tasks.comparison', path.task, query.with)
    if (tasks.task.batch === 1) return renderPairs(context, caller, tasks, base, query.wait)
    const row = await awaitComparison(context, caller, tasks, query.wait ?? 0)
    return renderComparison(context, caller, tasks, row, base)
  },
})

/** GET /tasks/{id}/comparison/outputs: as far as it is made. */
export const listComparedOutputs = route({
  call: 'tasks.comparedOutputs',
  answer: reruns.comparedOutputs,
  query: reruns.outputsQuery,
  handle: async ({ context, caller, path, query }) => {
    const tasks = await comparedTasks(context, caller, 'tasks.comparedOutputs', path.task, query.with)
    await requestComparison(context, caller, tasks)
    const { total, rows } = await pageCompared(context.database.read, keyOf(tasks), query)
    return new Page({ total, items: rows.map(row => JSON.parse(row)) }, query)
  },
})

/** GET /tasks/{id}/comparison/pairs: of two batch tasks, a row for each group of either. */
export const listComparedPairs = route({
  call: 'tasks.comparedPairs',
  answer: reruns.pairs,
  query: reruns.pairsQuery,
  handle: async ({ context, caller, path, query, base }) => {
    const tasks = await comparedTasks(context, caller, 'tasks.comparedPairs', path.task, query.with)
    return new Page(await comparePairs(context, caller, tasks, query, base), query)
  },
})
