import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Below which every path of the API lies. */
export const PREFIX = '/v2'

const HOST = /^[A-Za-z0-9._-]+(:\d{1,5})?$|^\[[0-9a-fA-F:.]+\](:\d{1,5})?$/

/**
 * The base URL as the client sees it, for the hrefs of an answer: the public URL when the operator gave one; else the
 * request's Host, with the scheme that it came by; a proxy's X-Forwarded-Proto and X-Forwarded-Host only when the request comes from a trusted network.
 */
export function baseAddress(options: {
  publicUrl?: string
  trustProxy?: string[]
}): (request: IncomingMessage) => string {
  if (options.publicUrl !== undefined) {
    const fixed = options.publicUrl.replace(/\/+$/, '').replace(/\/v2$/, '') + PREFIX
    return () => fixed
  }
  const trusted = (options.trustProxy ?? []).map(network => {
    const [address, bits] = network.includes('/') ? ipaddr.parseCIDR(network) : [ipaddr.parse(network), undefined]
    return [address, bits ?? (address.kind() === 'ipv6' ? 128 : 32)] as const
  })
  return request => {
    const believed = trusted.length > 0 && isTrusted(request.socket.remoteAddress, trusted)
    const proto = believed ? first(request.headers['x-forwarded-proto']) : undefined
    const host = (believed && valid(first(request.headers['x-forwarded-host']))) || valid(request.headers.host)
    return `${proto === 'https' || proto === 'http' ? proto : schemeOf(request.socket)}://${host || localAddressOf(request.socket)}${PREFIX}`
  }
}

function isTrusted(remote: string | undefined, networks: (readonly [ipaddr.IPv4 | ipaddr.IPv6, number])[]): boolean {
  if (!remote || !ipaddr.isValid(remote)) return false
  const address = ipaddr.process(remote)
  return networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits))
}

/** The first of a list of values, as the outermost proxy set it. */
function first(header: string | string[] | undefined): string | undefined {
  return (Array.isArray(header) ? header[0] : header)?.split(',')[0]?.trim().toLowerCase()
}

function valid(host: string | undefined): string | undefined {
  return host !== undefined && HOST.test(host) ? host : undefined
}

/** Which of the servers a connection came by. */
export function schemeOf(socket: Socket): 'http' | 'https' {
  return 'encrypted' in socket && socket.encrypted ? 'https' : 'http'
}

/** A connection's own end, as the host of an address. */
export function localAddressOf({ localAddress = '127.0.0.1', localPort = 80 }: Socket): string {
  return localAddress.includes(':') ? `[${localAddress}]:${localPort}` : `${localAddress}:${localPort}`
}
