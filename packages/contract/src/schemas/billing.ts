import { z } from 'zod'
import { bool, id, optional } from '../scalars.ts'
import { href, isoTime, link, listOf } from './answer.ts'
import { paging } from './common.ts'

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

/** `MM-DD-YYYY`, the beginning of the day in milliseconds. */
const day = z.preprocess(value => {
  const parts = typeof value === 'string' ? /^(\d{2})-(\d{2})-(\d{4})$/.exec(value) : null
  return parts ? Date.parse(`${parts[3]}-${parts[1]}-${parts[2]}T00:00:00Z`) : Number.NaN
}, z.number('must be a date as MM-DD-YYYY'))

export const breakdown = z.object({
  ...paging,
  date_from: optional(day),
  date_to: optional(day),
  invoice_id: optional(id),
})

/** A page of a breakdown: items have no address of their own and are always whole. */
export function pageOf(item: z.ZodType) {
  return z.strictObject({ href, items: z.array(item), links: z.array(link) })
}

export const editGroup = z.object({ disabled: optional(bool) })

export const listInvoices = z.object({ ...paging, billing_group: optional(id) })

const size = z.strictObject({ size: z.number(), unit: z.string() })

export const analysis = z.strictObject({
  project_name: z.string(),
  analysis_app_name: z.string(),
  analysis_name: z.string(),
  analysis_type: z.string(),
  analysis_id: z.uuid(),
  ran_by: z.string(),
  analysis_status: z.string(),
  analysis_cost: money.extend({
    breakdown: z.strictObject({ storage: z.number(), computation: z.number(), data_transfer_in: z.number() }),
  }),
  refunded_amount: z.number(),
  time_started: isoTime,
  time_finished: isoTime.optional(),
  project_locked: z.boolean(),
})

export const storage = z.strictObject({
  project_name: z.string(),
  project_created_by: z.string(),
  location: z.string(),
  active: size.extend({ cost: money }),
  archived: size.extend({ cost: money }),
  project_locked: z.boolean(),
})

export const egress = z.strictObject({
  project_name: z.string(),
  downloaded_by: z.string(),
  downloaded: size,
  egress_cost: money,
  project_locked: z.boolean(),
})

const amountText = z.strictObject({ currency: z.string(), amount: z.string() })

export const oldBreakdown = z.strictObject({
  href,
  project_breakdown: z.array(
    z.strictObject({
      href,
      analysis_spending: amountText,
      task_breakdown: z.array(
        z.strictObject({
          href,
          runner_username: z.string(),
          time_started: isoTime,
          time_finished: isoTime.optional(),
          task_cost: amountText,
        }),
      ),
    }),
  ),
  total_spending: amountText,
})

export const invoice = z.strictObject({
  href,
  id: z.string(),
  invoice_id: z.string(),
  pending: z.boolean(),
  approval_date: isoTime.optional(),
  invoice_period: z.strictObject({ from: isoTime, to: isoTime }),
  analysis_costs: amountText,
  storage_costs: amountText,
  total: amountText,
})

export type Breakdown = z.infer<typeof breakdown>
