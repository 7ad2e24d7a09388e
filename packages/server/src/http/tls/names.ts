import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'

/** What clients may call this machine: DNS names in lower case, and addresses. */
export interface Names {
  dns: string[]
  ip: string[]
}

const NAME = /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/

/**
 * localhost, this machine's name with the aliases that /etc/hosts has for it, its addresses as they are now, and `others`,
 * which may be names, addresses or URLs.
 */
export function namesOfHost(others: readonly (string | undefined)[] = []): Names {
  const host = hostname().toLowerCase()
  const addresses = Object.values(networkInterfaces()).flatMap(found => found ?? [])
  const words = [
    'localhost',
    '127.0.0.1',
    '::1',
    host,
    ...aliases(host),
    // one that holds on its own link only is written with the name of an interface, which a certificate can't have
    ...addresses.filter(({ scopeid }) => !scopeid).map(({ address }) => address),
    ...others.flatMap(word => (word === undefined ? [] : [bare(word.toLowerCase())])),
  ]
  const known = [...new Set(words)].filter(word => word !== '0.0.0.0' && word !== '::')
  return {
    dns: known.filter(word => !isIP(word) && word.length <= 253 && NAME.test(word)).sort(),
    ip: known.filter(word => isIP(word)).sort(),
  }
}

/** Of a URL its host, without the brackets of an address. */
function bare(word: string): string {
  const host = word.includes('://') && URL.canParse(word) ? new URL(word).hostname : word
  return host.replace(/^\[(.*)\]$/, '$1')
}

/** Other names on the lines of /etc/hosts that have this one. */
function aliases(host: string): string[] {
  let text = ''
  try {
    text = readFileSync('/etc/hosts', 'utf8')
  } catch {
    // a machine may have none
  }
  return text
    .split('\n')
    .map(line => line.replace(/#.*/, '').trim().toLowerCase().split(/\s+/).slice(1))
    .filter(names => names.includes(host))
    .flat()
}
