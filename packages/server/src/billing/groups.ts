import { ApiError } from '../errors.ts'

/** The one group that pays for everything here; nothing has a price. */
export const DEFAULT_GROUP = '6f1d1f6e-3c7b-4d0a-9b59-2f0f6a8e7c11'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** The id of a group that there is. Throws ApiError 3008, 4005 or 4002. */
export function billingGroupId(given: string): string {
  if (given === '') throw new ApiError(3008)
  if (!UUID.test(given)) throw new ApiError(4005)
  if (given.toLowerCase() !== DEFAULT_GROUP) throw new ApiError(4002)
  return DEFAULT_GROUP
}

export const GROUP_SUMMARY = ['href', 'id', 'name']

export function renderGroup(base: string) {
  return {
    href: `${base}/billing/groups/${DEFAULT_GROUP}`,
    id: DEFAULT_GROUP,
    owner: 'admin',
    name: 'Local',
    type: 'free',
    pending: false,
    disabled: false,
    balance: { currency: 'USD', amount: 0 },
  }
}
