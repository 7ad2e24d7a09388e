import { createHash } from 'node:crypto'
import { z } from 'zod'

/** What the operator asks for what was used, in US dollars; by default nothing. */
export interface Prices {
  /** of one core for an hour, as the job reserved it */
  core_hour: number
  /** of one GiB of memory for an hour, as the job reserved it */
  memory_gib_hour: number
  /** of one GiB stored for a month of 365/12 days */
  storage_gib_month: number
  /** of one GiB fetched */
  egress_gib: number
}

const amount = z.number().min(0).max(1e6).default(0)

const schema = z.strictObject({
  core_hour: amount,
  memory_gib_hour: amount,
  storage_gib_month: amount,
  egress_gib: amount,
})

export const FREE: Prices = { core_hour: 0, memory_gib_hour: 0, storage_gib_month: 0, egress_gib: 0 }

/** A price list as JSON. Throws an Error that names the key and the rule. */
export function parsePrices(text: string): Prices {
  const parsed = schema.safeParse(JSON.parse(text))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new Error(`${issue?.path.join('.') || 'the price list'}: ${issue?.message}`)
}

const GIB_IN_MIB = 1024
const HOUR = 3_600_000

/** Of one attempt, by what it reserved; `ram` in MiB, times in milliseconds. */
export function costOf(
  prices: Prices,
  used: { cores: number; ram: number; started: number | null; ended: number | null },
): number {
  if (used.started === null || used.ended === null) return 0
  const hours = Math.max(0, used.ended - used.started) / HOUR
  return hours * (used.cores * prices.core_hour + (used.ram / GIB_IN_MIB) * prices.memory_gib_hour)
}

/** Names a price list, so that a job can say by which one it was counted. */
export function versionOf(prices: Prices): string {
  return createHash('sha256').update(JSON.stringify(prices)).digest('hex').slice(0, 16)
}
