import { isSame } from './bytes/same.ts'
import type { Comparer } from './comparer.ts'

/** Bytes of no known format in gzip or BGZF: the wrapping is set aside, the bytes inside are the same or not. */
export const gzip: Comparer = {
  format: 'GZIP',
  knows: ({ wrapping }) => wrapping !== undefined,
  async compare(old, now) {
    const same = await isSame(old.bytes, now.bytes, () => undefined)
    return same ? { same: true, setAside: [] } : { verdict: 'different' }
  },
}
