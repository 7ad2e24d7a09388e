import { billing } from '@reprise/contract'
import { ApiError } from '../../../errors.ts'
import { route } from '../../route.ts'

/** GET /billing/invoices/{id}: there are none. */
export const getInvoice = route({
  call: 'billing.invoices.get',
  answer: billing.invoice,
  handle: ({ path }) => {
    throw new ApiError(4002, `There is no invoice ${path.invoice}.`)
  },
})
