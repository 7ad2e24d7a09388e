import { route } from '../../route.ts'
import { refuse } from '../absent.ts'

// The server has no automations: lists are empty, and whatever is named is not there.

const noAutomation = refuse(90003, 'There is no such automation.')

/** GET /automation/automations/{automation}/members */
export const listAutomationsMembers = route({
  call: 'automations.members.list',
  answer: 'refusal',
  handle: noAutomation,
})

/** POST /automation/automations/{automation}/members */
export const addAutomationsMembers = route({ call: 'automations.members.add', answer: 'refusal', handle: noAutomation })

/** GET /automation/automations/{automation}/members/{member} */
export const getAutomationsMembers = route({ call: 'automations.members.get', answer: 'refusal', handle: noAutomation })

/** PATCH /automation/automations/{automation}/members/{member} */
export const editAutomationsMembers = route({
  call: 'automations.members.edit',
  answer: 'refusal',
  handle: noAutomation,
})

/** DELETE /automation/automations/{automation}/members/{member} */
export const removeAutomationsMembers = route({ call: 'automations.members.remove', handle: noAutomation })
