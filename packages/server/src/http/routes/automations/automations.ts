import { absent } from '@reprise/contract'
import { route } from '../../route.ts'
import { none, refuse } from '../absent.ts'

// The server has no automations: lists are empty, and whatever is named is not there.

const noAutomation = refuse(90003, 'There is no such automation.')

/** GET /automation/automations */
export const listAutomations = route({
  call: 'automations.list',
  query: absent.listNothing,
  answer: absent.automationList,
  handle: none,
})

/** POST /automation/automations */
export const createAutomations = route({
  call: 'automations.create',
  answer: 'refusal',
  handle: refuse(90002, 'Automations are not offered here.'),
})

/** GET /automation/automations/{automation} */
export const getAutomations = route({ call: 'automations.get', answer: 'refusal', handle: noAutomation })

/** PATCH /automation/automations/{automation} */
export const editAutomations = route({ call: 'automations.edit', answer: 'refusal', handle: noAutomation })

/** POST /automation/automations/{automation}/actions/archive */
export const archiveAutomations = route({ call: 'automations.archive', answer: 'refusal', handle: noAutomation })

/** POST /automation/automations/{automation}/actions/restore */
export const restoreAutomations = route({ call: 'automations.restore', answer: 'refusal', handle: noAutomation })
