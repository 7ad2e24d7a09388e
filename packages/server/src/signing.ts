import { createHmac, timingSafeEqual } from 'node:crypto'
import { ApiError } from './errors.ts'

/**
 * Addresses that work without a token: an HMAC binds them to one method, one object, one user and an end. The user's rights
 * are looked at again when the address is used; no token stands in it.
 */
export interface Signed {
  user: string
  /** epoch seconds */
  expires: number
  signature: string
}

/** Seconds that a signed address works. */
export const LIFETIME = 24 * 3600

/** The query of a signed address; `object` is its path below `signed/`. */
export function sign(secret: Buffer, method: 'GET' | 'PUT', object: string, user: string, now = Date.now()): string {
  const expires = Math.floor(now / 1000) + LIFETIME
  return `user=${encodeURIComponent(user)}&expires=${expires}&signature=${seal(secret, method, object, user, expires)}`
}

/** Throws ApiError 90002 when the address is not one of ours, is for something else, or is over. */
export function verify(secret: Buffer, method: 'GET' | 'PUT', object: string, signed: Signed, now = Date.now()): void {
  const expected = Buffer.from(seal(secret, method, object, signed.user, signed.expires))
  const given = Buffer.from(signed.signature)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new ApiError(90002, 'The signature of the address is not valid.', 'signature')
  }
  if (signed.expires * 1000 < now) throw new ApiError(90002, 'The address has expired: ask for a new one.', 'expires')
}

function seal(secret: Buffer, method: string, object: string, user: string, expires: number): string {
  return createHmac('sha256', secret)
    .update(JSON.stringify([method, object, user, expires]))
    .digest('base64url')
}
