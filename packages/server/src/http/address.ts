import type { IncomingMessage } from 'node:http'
import { BlockList, isIP, type Socket } from 'node:net'

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
  const trusted = networks(options.trustProxy ?? [])
  return request => {
    const believed = trusted !== undefined && contains(trusted, request.socket.remoteAddress)
    const proto = believed ? first(request.headers['x-forwarded-proto']) : undefined
    const host = (believed && valid(first(request.headers['x-forwarded-host']))) || valid(request.headers.host)
    return `${proto === 'https' || proto === 'http' ? proto : schemeOf(request.socket)}://${host || localAddressOf(request.socket)}${PREFIX}`
  }
}

/** Addresses and CIDRs. Throws Error for what is neither. */
function networks(given: readonly string[]): BlockList | undefined {
  const list = new BlockList()
  for (const network of given) {
    const [, address = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(network) ?? []
    const family = isIP(address)
    const most = family === 6 ? 128 : 32
    if (family === 0 || Number(bits ?? 0) > most)
      throw new Error(`--trust-proxy ${network}: it must be an address or a CIDR, such as 10.0.0.0/8`)
    list.addSubnet(address, Number(bits ?? most), familyOf(address))
  }
  return given.length > 0 ? list : undefined
}

function contains(list: BlockList, remote: string | undefined): boolean {
  // a link's own address names the interface behind it
  const address = remote?.replace(/%.*/, '') ?? ''
  return isIP(address) !== 0 && list.check(address, familyOf(address))
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

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
