import { billing } from '@reprise/contract'
import { oldBreakdown } from '../../../billing/breakdown.ts'
import { groupFor } from '../../../billing/groups.ts'
import { Bare } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /billing/groups/{id}/breakdown: the old form. */
export const getBreakdown = route({
  call: 'billing.groups.breakdown',
  answer: billing.oldBreakdown,
  handle: async ({ context, caller, path, base }) => {
    const group = groupFor(caller, 'billing.groups.breakdown', path.group)
    return new Bare(await oldBreakdown(context, caller, group, base))
  },
})
