import { answers, billing } from '@reprise/contract'
import { groupFor } from '../../../billing/groups.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /billing/invoices: nobody is invoiced here. */
export const listInvoices = route({
  call: 'billing.invoices.list',
  query: billing.listInvoices,
  answer: answers.listOf(billing.invoice),
  handle: ({ caller, query }) => {
    if (query.billing_group) groupFor(caller, 'billing.groups.get', query.billing_group)
    return new Page({ items: [], total: 0 }, query)
  },
})
