import { billing, common } from '@reprise/contract'
import { z } from 'zod'
import { GROUP_SUMMARY, renderGroup } from '../../../billing/groups.ts'
import { Page } from '../../answers.ts'
import { route } from '../../route.ts'

const query = z.object(common.paging)

/** GET /billing/groups: the one there is. */
export const listGroups = route({
  call: 'billing.groups.list',
  answer: billing.billingGroupList,
  query,
  handle: async ({ context, query, base }) => {
    const items = query.offset === 0 ? [await renderGroup(context, base)] : []
    return new Page({ items, total: 1 }, query, GROUP_SUMMARY)
  },
})
