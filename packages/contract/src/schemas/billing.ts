import { z } from 'zod'
import { href, listOf } from './answer.ts'

export const billingRoot = z.strictObject({ billing_groups_url: href, invoices_url: href })

const money = z.strictObject({ currency: z.string(), amount: z.number() })

export const billingGroup = z.strictObject({
  href,
  id: z.uuid(),
  owner: z.string(),
  name: z.string(),
  type: z.enum(['free', 'regular']),
  pending: z.boolean(),
  disabled: z.boolean(),
  balance: money,
})

export const billingGroupList = listOf(billingGroup)
