/** Code → HTTP status, what is wrong, and what the caller can do about it. */
export type ErrorTable = { readonly [code: number]: readonly [status: number, message: string, cure: string] }
