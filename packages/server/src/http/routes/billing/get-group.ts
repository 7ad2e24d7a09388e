import { billing } from '@reprise/contract'
import { billingGroupId, renderGroup } from '../../../billing/groups.ts'
import { route } from '../../route.ts'

/** GET /billing/groups/{id} */
export const getGroup = route({
  call: 'billing.groups.get',
  answer: billing.billingGroup,
  handle: ({ path, base }) => {
    billingGroupId(path.group)
    return renderGroup(base)
  },
})
