import type { Call } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import type { Queries } from '../database/index.ts'
import { hasSetting, putSetting, removeSetting } from '../database/settings.ts'
import { OWNER, PUBLIC } from '../domain/rights.ts'
import { ApiError } from '../errors.ts'
import { authorise } from '../rights/authorise.ts'

/** The one group that pays for everything here. */
export const DEFAULT_GROUP = '6f1d1f6e-3c7b-4d0a-9b59-2f0f6a8e7c11'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** The id of a group that there is. Throws ApiError 3008, 4005 or 4002. */
export function billingGroupId(given: string): string {
  if (given === '') throw new ApiError(3008)
  if (!UUID.test(given)) throw new ApiError(4005)
  if (given.toLowerCase() !== DEFAULT_GROUP) throw new ApiError(4002)
  return DEFAULT_GROUP
}

const DISABLED = 'billing-group-disabled'

/** The group with what the caller may do with it: everybody looks at it, administrators change it. Throws ApiError 4005, 4002. */
export function groupFor(caller: Caller, call: Call, given: string): string {
  if (!UUID.test(given)) throw new ApiError(4005)
  const known = given.toLowerCase() === DEFAULT_GROUP
  authorise(call, known ? { rights: caller.admin ? OWNER : PUBLIC } : undefined)
  return DEFAULT_GROUP
}

/** Nothing is run on the account of a group that is disabled. */
export async function isDisabled(db: Queries): Promise<boolean> {
  return await hasSetting(db, DISABLED)
}

export async function disableGroup({ database }: Context, disabled: boolean): Promise<void> {
  await database.write(tx => (disabled ? putSetting(tx, DISABLED, 'true') : removeSetting(tx, DISABLED)))
}

export const GROUP_SUMMARY = ['href', 'id', 'name']

export async function renderGroup({ database }: Context, base: string) {
  return {
    href: `${base}/billing/groups/${DEFAULT_GROUP}`,
    id: DEFAULT_GROUP,
    owner: 'admin',
    name: 'Local',
    type: 'free',
    pending: false,
    disabled: await isDisabled(database.read),
    balance: { currency: 'USD', amount: 0 },
  }
}
