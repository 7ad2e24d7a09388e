import { randomBytes, randomFillSync } from 'node:crypto'

/**
 * Ids made by the program, ascending with time and, within a thread, in the order of their making: rows are appended to
 * their indices, and lists by id are lists by creation.
 */
let millisecond = 0
let sequence = 0
const POOL = new Uint8Array(4096)
let used = POOL.length

/** Time and a 12-bit number that, taken together, never repeat in this thread; runs ahead of the clock when it must. */
function tick(): { time: string; number: number } {
  const now = Date.now()
  if (now > millisecond) {
    millisecond = now
    sequence = random(1)[0]! & 0x3f
  } else if (++sequence > 0xfff) {
    millisecond++
    sequence = 0
  }
  return { time: millisecond.toString(16).padStart(12, '0'), number: sequence }
}

function random(bytes: number): Uint8Array {
  if (used + bytes > POOL.length) {
    randomFillSync(POOL)
    used = 0
  }
  used += bytes
  return POOL.subarray(used - bytes, used)
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

/** A UUID of version 7 (RFC 9562 §5.7), its 12 bits after the version counting within a millisecond. */
export function newUuid(): string {
  const { time, number } = tick()
  const rest = random(8)
  const variant = 0x80 | (rest[0]! & 0x3f)
  const tail = variant.toString(16) + hex(rest.subarray(1))
  return `${time.slice(0, 8)}-${time.slice(8)}-7${number.toString(16).padStart(3, '0')}-${tail.slice(0, 4)}-${tail.slice(4)}`
}

/** 24 hex characters: 12 of time, 3 of counting, 9 of chance. */
export function newFileId(): string {
  const { time, number } = tick()
  return time + number.toString(16).padStart(3, '0') + hex(random(5)).slice(1)
}

/** A secret of 256 bits as 64 hex characters, for tokens and signed addresses. */
export function newSecret(): string {
  return randomBytes(32).toString('hex')
}
