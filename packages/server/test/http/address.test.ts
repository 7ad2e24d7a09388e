import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { baseAddress } from '../../src/http/address.ts'

const from = (remoteAddress: string) =>
  ({
    headers: { host: 'here', 'x-forwarded-host': 'outside', 'x-forwarded-proto': 'https' },
    socket: { remoteAddress },
  }) as unknown as IncomingMessage

const TRUSTED = ['10.0.0.0/8', '192.0.2.7', 'fd00::/8', '::1']

test.each(['10.1.2.3', '::ffff:10.1.2.3', '192.0.2.7', 'fd00::7', 'fd00::7%eth0', '::1'])('%s is believed', remote => {
  expect(baseAddress({ trustProxy: TRUSTED })(from(remote))).toBe('https://outside/v2')
})

test.each(['11.0.0.1', '192.0.2.8', '::ffff:11.0.0.1', 'fe80::1', '::2', ''])('%s is not believed', remote => {
  expect(baseAddress({ trustProxy: TRUSTED })(from(remote))).toBe('http://here/v2')
})

test('a mapped address is the one that it maps, also among those that are trusted', () => {
  const base = baseAddress({ trustProxy: ['::ffff:127.0.0.1'] })
  expect([base(from('127.0.0.1')), base(from('::ffff:127.0.0.1'))]).toEqual([
    'https://outside/v2',
    'https://outside/v2',
  ])
})

test.each(['10.0.0.0/33', '::/129', 'proxy.example.org', '10.0.0/8', '', '10.0.0.0/x'])('%j is no network', network => {
  expect(() => baseAddress({ trustProxy: [network] })).toThrow(
    `--trust-proxy ${network}: it must be an address or a CIDR, such as 10.0.0.0/8`,
  )
})
