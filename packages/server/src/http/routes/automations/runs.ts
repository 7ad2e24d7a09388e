import { absent } from '@reprise/contract'
import { route } from '../../route.ts'
import { none, refuse } from '../absent.ts'

// The server has no automations: lists are empty, and whatever is named is not there.

const noPackage = refuse(90003, 'There is no such code package.')
const noRun = refuse(90003, 'There is no such run.')

/** GET /automation/runs */
export const listAutomationsRuns = route({
  call: 'automations.runs.list',
  query: absent.listNothing,
  answer: absent.runList,
  handle: none,
})

/** POST /automation/runs */
export const createAutomationsRuns = route({ call: 'automations.runs.create', answer: 'refusal', handle: noPackage })

/** GET /automation/runs/{run} */
export const getAutomationsRuns = route({ call: 'automations.runs.get', answer: 'refusal', handle: noRun })

/** PATCH /automation/runs/{run} */
export const editAutomationsRuns = route({ call: 'automations.runs.edit', answer: 'refusal', handle: noRun })

/** POST /automation/runs/{run}/actions/stop */
export const stopAutomationsRuns = route({ call: 'automations.runs.stop', answer: 'refusal', handle: noRun })

/** POST /automation/runs/{run}/actions/rerun */
export const rerunAutomationsRuns = route({ call: 'automations.runs.rerun', answer: 'refusal', handle: noRun })

/** GET /automation/runs/{run}/state */
export const stateAutomationsRuns = route({ call: 'automations.runs.state', answer: 'refusal', handle: noRun })

/** GET /automation/runs/{run}/log */
export const logAutomationsRuns = route({ call: 'automations.runs.log', answer: 'refusal', handle: noRun })
