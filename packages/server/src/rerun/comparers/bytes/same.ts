import type { Cursor } from './cursor.ts'

/**
 * Reads both as long as they are the same, and shows `see` what was. True when both ended; else the cursors stand at the first byte
 * that differs, or one of them at its end.
 */
export async function isSame(old: Cursor, now: Cursor, see: (bytes: Buffer) => void): Promise<boolean> {
  for (;;) {
    const [a, b] = [await old.more(), await now.more()]
    if (!a || !b) return a === b
    const length = Math.min(old.rest.length, now.rest.length)
    const [one, other] = [old.rest.subarray(0, length), now.rest.subarray(0, length)]
    const same = one.equals(other) ? length : sameUpTo(one, other)
    if (same > 0) see(one.subarray(0, same))
    old.skip(same)
    now.skip(same)
    if (same < length) return false
  }
}

/** How many of their first bytes are the same; they are of one length, and differ. */
function sameUpTo(one: Buffer, other: Buffer): number {
  let [low, high] = [0, one.length]
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (one.compare(other, low, middle, low, middle) === 0) low = middle
    else high = middle
  }
  return low
}
