/** Something that the user can put right; shown as its message alone. */
export class ClientError extends Error {}

/** The server said no, with the API's own words, code and HTTP status. */
export class ApiError extends ClientError {
  readonly status: number
  readonly code: number

  constructor(status: number, code: number, message: string) {
    super(`${message} (HTTP ${status}, code ${code})`)
    this.status = status
    this.code = code
  }
}

/** Ctrl-C. `hint` says how to come back to what goes on without us. */
export class Interrupted extends Error {
  constructor(hint: string) {
    super(hint)
  }
}
