import { billing } from '@reprise/contract'
import { storage } from '../../../billing/breakdown.ts'
import { groupFor } from '../../../billing/groups.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /billing/groups/{id}/breakdown/storage */
export const listStorage = route({
  call: 'billing.groups.storage',
  query: billing.breakdown,
  answer: billing.pageOf(billing.storage),
  handle: async ({ context, caller, path, query }) => {
    const group = groupFor(caller, 'billing.groups.storage', path.group)
    return new Page(await storage(context, caller, group, query), query)
  },
})
