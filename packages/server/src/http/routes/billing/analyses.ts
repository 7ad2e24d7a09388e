import { billing } from '@reprise/contract'
import { analyses } from '../../../billing/breakdown.ts'
import { groupFor } from '../../../billing/groups.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /billing/groups/{id}/breakdown/analysis */
export const listAnalyses = route({
  call: 'billing.groups.analyses',
  query: billing.breakdown,
  answer: billing.pageOf(billing.analysis),
  handle: async ({ context, caller, path, query }) => {
    const group = groupFor(caller, 'billing.groups.analyses', path.group)
    return new Page(await analyses(context, caller, group, query), query)
  },
})
