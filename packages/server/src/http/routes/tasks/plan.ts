import { reruns, tasks } from '@reprise/contract'
import { pagePlanned } from '../../../database/plans.ts'
import { renderPlan, renderPlanned } from '../../../rerun/plan/render.ts'
import { listedPlan, planOf, planRerun } from '../../../rerun/plan/request.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /tasks/{id}/plan: begun by the first that asks, and kept until the draft, its files or the donors are others. */
export const getPlan = route({
  call: 'tasks.plan',
  answer: reruns.plan,
  query: reruns.planQuery,
  handle: async ({ context, caller, path, query, base }) =>
    renderPlan(await planOf(context, caller, 'tasks.plan', path.task, query), base),
})

/** GET /tasks/{id}/plan/jobs: none until it is made. */
export const listPlannedJobs = route({
  call: 'tasks.plannedJobs',
  answer: reruns.plannedJobs,
  query: reruns.plannedQuery,
  handle: async ({ context, caller, path, query }) => {
    const plan = await listedPlan(context, caller, 'tasks.plannedJobs', path.task, query.plan)
    const { total, rows } = await pagePlanned(context.database.read, plan.id, query)
    return new Page({ total, items: await renderPlanned(context, caller, rows) }, query)
  },
})

/** POST /tasks/{id}/plan */
export const planRerunOfTask = route({
  call: 'tasks.planRerun',
  answer: reruns.plan,
  query: reruns.planRerunQuery,
  body: tasks.cloneTask,
  repeats: true,
  handle: async ({ context, caller, path, query, body, room, base }) =>
    renderPlan(await planRerun(context, caller, path.task, room, body, query.wait), base),
})
