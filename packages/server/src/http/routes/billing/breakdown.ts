import { billing } from '@reprise/contract'
import { oldBreakdown } from '../../../billing/breakdown.ts'
import { groupFor } from '../../../billing/groups.ts'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /billing/groups/{id}/breakdown: the old form. */
export const getBreakdown = route({
  call: 'billing.groups.breakdown',
  answer: billing.oldBreakdown,
  handle: async ({ context, caller, path, base }) => {
    const group = groupFor(caller, 'billing.groups.breakdown', path.group)
    return new WholeBody(await oldBreakdown(context, caller, group, base))
  },
})
