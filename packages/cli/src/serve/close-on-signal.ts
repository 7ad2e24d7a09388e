/** Ends this process by `close` at the first SIGTERM or SIGINT, and at once at a second one. */
export function closeOnSignal(close: () => Promise<void>): void {
  const stop = () => {
    process.once('SIGTERM', () => process.exit(1))
    process.once('SIGINT', () => process.exit(1))
    close().then(
      () => process.exit(0),
      error => {
        console.error(`reprise: ${error instanceof Error ? error.message : error}`)
        process.exit(1)
      },
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}
