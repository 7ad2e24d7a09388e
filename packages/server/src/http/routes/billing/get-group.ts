import { billing } from '@reprise/contract'
import { groupFor, renderGroup } from '../../../billing/groups.ts'
import { route } from '../../route.ts'

/** GET /billing/groups/{id} */
export const getGroup = route({
  call: 'billing.groups.get',
  answer: billing.billingGroup,
  handle: ({ context, caller, path, base }) => {
    groupFor(caller, 'billing.groups.get', path.group)
    return renderGroup(context, base)
  },
})
