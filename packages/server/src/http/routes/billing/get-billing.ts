import { billing } from '@reprise/contract'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /billing: the directory of what costs. */
export const getBilling = route({
  call: 'billing.get',
  answer: billing.billingRoot,
  handle: ({ base }) =>
    new WholeBody({ billing_groups_url: `${base}/billing/groups`, invoices_url: `${base}/billing/invoices` }),
})
