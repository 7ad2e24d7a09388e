import { billing } from '@reprise/contract'
import { disableGroup, groupFor, renderGroup } from '../../../billing/groups.ts'
import { route } from '../../route.ts'

/** PATCH /billing/groups/{id}: `disabled`, by administrators. */
export const editGroup = route({
  call: 'billing.groups.edit',
  body: billing.editGroup,
  answer: billing.billingGroup,
  handle: async ({ context, caller, path, body, base }) => {
    groupFor(caller, 'billing.groups.edit', path.group)
    if (body.disabled !== undefined) await disableGroup(context, body.disabled)
    return renderGroup(context, base)
  },
})
