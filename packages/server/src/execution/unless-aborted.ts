/** Rejects with the reason of the signal that comes first, if one does before the work is done. */
export async function unlessAborted<T>(work: Promise<T>, ...signals: AbortSignal[]): Promise<T> {
  const signal = AbortSignal.any(signals)
  const given = Promise.withResolvers<never>()
  const abort = () => given.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  try {
    return await Promise.race([work, given.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
