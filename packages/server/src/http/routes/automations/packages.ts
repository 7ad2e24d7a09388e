import { route } from '../../route.ts'
import { refuse } from '../absent.ts'

// The server has no automations: lists are empty, and whatever is named is not there.

const noAutomation = refuse(90003, 'There is no such automation.')
const noPackage = refuse(90003, 'There is no such code package.')

/** GET /automation/automations/{automation}/packages */
export const listAutomationsPackages = route({
  call: 'automations.packages.list',
  answer: 'refusal',
  handle: noAutomation,
})

/** POST /automation/automations/{automation}/packages */
export const createAutomationsPackages = route({
  call: 'automations.packages.create',
  answer: 'refusal',
  handle: noAutomation,
})

/** GET /automation/packages/{package} */
export const getAutomationsPackages = route({ call: 'automations.packages.get', answer: 'refusal', handle: noPackage })

/** PATCH /automation/packages/{package} */
export const editAutomationsPackages = route({
  call: 'automations.packages.edit',
  answer: 'refusal',
  handle: noPackage,
})

/** POST /automation/automations/{automation}/packages/{package}/actions/archive */
export const archiveAutomationsPackages = route({
  call: 'automations.packages.archive',
  answer: 'refusal',
  handle: noAutomation,
})

/** POST /automation/automations/{automation}/packages/{package}/actions/restore */
export const restoreAutomationsPackages = route({
  call: 'automations.packages.restore',
  answer: 'refusal',
  handle: noAutomation,
})
