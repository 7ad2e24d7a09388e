import { VolumeError } from './volume-store.ts'

export const AWS = 's3.amazonaws.com'

/** Where a bucket is reached. */
export interface Endpoint {
  /** undefined: AWS itself, whose names the client makes */
  url: string | undefined
  region: string
}

/**
 * Reads the endpoint of a volume: a host with or without port, or a URL of http or https; a host alone means https. Rejects
 * what else it may be, and what the operator did not allow: each entry is `host`, `host:port`, or `*.domain`.
 *
 * The endpoint is the operator's risk: the server, not the user's machine, talks to it, and so it can reach addresses that
 * only the server can. Answers are parsed as S3's and never repeated, but that something answers can be seen. By default any
 * endpoint works, because a bucket of one's own network is what this is for; a server for people who are not trusted that far
 * gets a list.
 */
export function endpointOf(given: string, allowed: string[] | undefined): Endpoint {
  const url = parse(given)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username || url.search || url.hash) {
    throw new VolumeError('out-of-reach', 'the endpoint must be a host or a URL of http or https')
  }
  if (allowed && !allowed.some(entry => matches(entry, url))) {
    throw new VolumeError(
      'out-of-reach',
      'the endpoint is none that the operator of the server allowed (--allow-s3-endpoint)',
    )
  }
  const region = /^s3[.-]([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com$/.exec(url.hostname)?.[1]
  if (url.hostname === AWS || region !== undefined) return { url: undefined, region: region ?? 'us-east-1' }
  return { url: url.href.replace(/\/+$/, ''), region: 'us-east-1' }
}

/** True for the endpoints of AWS. */
export function isAws(given: string): boolean {
  return parse(given)?.hostname.endsWith('.amazonaws.com') === true
}

function parse(given: string): URL | undefined {
  return URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `https://${given}`) ?? undefined
}

function matches(entry: string, { hostname, host, protocol }: URL): boolean {
  const wanted = entry.toLowerCase()
  if (wanted.startsWith('*.')) return hostname.endsWith(wanted.slice(1))
  const port = protocol === 'https:' ? 443 : 80
  return [hostname, host, host === hostname ? `${hostname}:${port}` : host].includes(wanted)
}
