import { ApiError } from '../../errors.ts'

/**
 * Which hosts the server fetches from when a user imports by DRS: those that the operator named (`--allow-drs-host`), no others,
 * because it is the server that fetches, from where it stands. An entry is `host`, `host:port` or `*.domain`, over https; or with
 * `http://` before it, over http.
 */
export class DrsHosts {
  readonly #entries: { protocol: string; pattern: string }[]

  constructor(allowed: string[] = []) {
    this.#entries = allowed.map(entry => {
      const [, scheme = 'https', pattern = ''] = /^(?:(https?):\/\/)?([^/]*)\/*$/i.exec(entry) ?? []
      return { protocol: `${scheme.toLowerCase()}:`, pattern: pattern.toLowerCase() }
    })
  }

  /** Throws ApiError 90002. */
  check(url: URL): void {
    if (this.#allows(url)) return
    const message = `The operator of the server has not allowed to fetch from ${url.protocol}//${url.host} (--allow-drs-host).`
    throw new ApiError(90002, message)
  }

  /** The address of a DRS server: over https, or over http where only that is allowed. Throws ApiError 90002. */
  server(host: string): URL {
    const [secure, plain] = [URL.parse(`https://${host}`), URL.parse(`http://${host}`)]
    if (!secure || !plain) throw new ApiError(10232, 'has no valid host.', 'drs_uri')
    if (!this.#allows(secure) && this.#allows(plain)) return plain
    this.check(secure)
    return secure
  }

  #allows({ protocol, host, hostname, username }: URL): boolean {
    if (username) return false
    return this.#entries.some(entry => {
      if (entry.protocol !== protocol) return false
      if (entry.pattern.startsWith('*.')) return hostname.endsWith(entry.pattern.slice(1))
      return entry.pattern === host || entry.pattern === hostname
    })
  }
}

/** `drs://host/id`. Throws ApiError 10232. */
export function parseDrsUri(given: string | undefined): { host: string; id: string } {
  if (!given) throw new ApiError(10232, 'is missing.', 'drs_uri')
  const [, host, id] = /^drs:\/\/([^/?#\s@]+)\/([^?#\s]+)$/i.exec(given) ?? []
  if (!host || !id) {
    throw new ApiError(10232, 'must be of the form drs://host/id; compact identifiers are not resolved.', 'drs_uri')
  }
  return { host: host.toLowerCase(), id: decoded(id) }
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id)
  } catch {
    throw new ApiError(10232, 'has an id that is not percent-encoded as it should.', 'drs_uri')
  }
}
