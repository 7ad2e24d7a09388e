import { billing } from '@reprise/contract'
import { egress } from '../../../billing/breakdown.ts'
import { groupFor } from '../../../billing/groups.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /billing/groups/{id}/breakdown/egress */
export const listEgress = route({
  call: 'billing.groups.egress',
  query: billing.breakdown,
  answer: billing.pageOf(billing.egress),
  handle: async ({ context, caller, path, query }) => {
    const group = groupFor(caller, 'billing.groups.egress', path.group)
    return new Page(await egress(context, caller, group, query), query)
  },
})
