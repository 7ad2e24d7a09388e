import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { resolveConnection } from '../../src/client/connection.ts'

const folder = mkdtempSync(join(tmpdir(), 'connection-'))
const file = join(folder, 'credentials')
writeFileSync(
  file,
  `[default]
api_endpoint = http://default/v2/
auth_token = default-token

[my.lab]
api_endpoint = http://lab/v2
auth_token = lab-token

[half]
api_endpoint = http://half/v2
`,
)
afterAll(() => rmSync(folder, { recursive: true }))

const environment = { SB_API_ENDPOINT: 'http://environment/v2', SB_AUTH_TOKEN: 'environment-token' }

test('options come before everything', () => {
  const options = { url: 'http://option/v2', token: 'option-token', profile: 'my.lab' }
  expect(resolveConnection(options, environment, file)).toEqual({ url: 'http://option/v2', token: 'option-token' })
})

test('a named profile comes before the environment', () => {
  const connection = resolveConnection({ profile: 'my.lab' }, environment, file)
  expect(connection).toEqual({ url: 'http://lab/v2', token: 'lab-token' })
})

test('the environment comes before the default profile', () => {
  const connection = resolveConnection({}, environment, file)
  expect(connection).toEqual({ url: 'http://environment/v2', token: 'environment-token' })
})

test('the default profile comes last, without its trailing slash', () => {
  expect(resolveConnection({}, {}, file)).toEqual({ url: 'http://default/v2', token: 'default-token' })
})

test('each of address and token comes from the first place that has it', () => {
  const connection = resolveConnection({ url: 'http://option/v2' }, { SB_AUTH_TOKEN: 'environment-token' }, file)
  expect(connection).toEqual({ url: 'http://option/v2', token: 'environment-token' })
})

test('a named profile is not completed from the environment', () => {
  expect(() => resolveConnection({ profile: 'half' }, environment, file)).toThrow(
    `No token given: set --token, or add auth_token to the profile [half] in ${file}.`,
  )
})

test('a profile that is not there is an error', () => {
  expect(() => resolveConnection({ profile: 'other' }, environment, file)).toThrow('no profile [other]')
})

test('with nothing given, the error names all places', () => {
  expect(() => resolveConnection({}, {}, join(folder, 'none'))).toThrow(
    /^No server given: set --url, or add SB_API_ENDPOINT, or api_endpoint to the profile \[default\]/,
  )
})

test.each(['localhost:8080', 'ftp://host/v2', 'not an address'])('"%s" is no address', url => {
  expect(() => resolveConnection({ url, token: 't' }, {}, file)).toThrow(`"${url}" is no address of a server`)
})
