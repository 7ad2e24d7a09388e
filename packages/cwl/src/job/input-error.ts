/** An input that does not fit; the message names it. */
export class InputError extends Error {
  override name = 'InputError'
}
