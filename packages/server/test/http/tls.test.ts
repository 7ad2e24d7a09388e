import { X509Certificate } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LIFETIME, openAuthority } from '../../src/http/tls/authority.ts'
import { namesOfHost } from '../../src/http/tls/names.ts'
import { type ServeOptions, type Server, startServer } from '../../src/serve.ts'
import { Client, send, trusted } from '../support/api.ts'

const DAY = 24 * 3600 * 1000

let folder: string
let servers: Server[]

beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'reprise-tls-'))
  servers = []
})

afterEach(async () => {
  for (const server of servers) await server.close()
  await fs.rm(folder, { recursive: true })
})

async function serve(options: Partial<ServeOptions>): Promise<Server> {
  const server = await startServer({ data: join(folder, 'data'), isolation: 'none', ...options })
  servers.push(server)
  return server
}

/** What a client is shown that trusts `ca` only. Rejects where it would not connect. */
function shown(url: string, ca: string, servername = 'localhost'): Promise<X509Certificate> {
  const { hostname: host, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), ca, servername }, () => {
      const certificate = socket.getPeerX509Certificate()!
      socket.destroy()
      resolve(certificate)
    })
    socket.on('error', reject)
  })
}

/** A pair in files, of an authority of their own. */
async function filesOf(name: string, now = Date.now()): Promise<{ cert: string; key: string; ca: string }> {
  const authority = await openAuthority(join(folder, name), now)
  const pair = await authority.issue({ dns: ['localhost'], ip: ['127.0.0.1'] }, now)
  const files = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) }
  await fs.writeFile(files.cert, pair.cert)
  await fs.writeFile(files.key, pair.key, { mode: 0o600 })
  return { ...files, ca: await fs.readFile(authority.file, 'utf8') }
}

test('both schemes are served at once, and every address in an answer has the scheme of its call', async () => {
  const server = await serve({ tls: 'self', port: 0 })
  const ca = await fs.readFile(server.tls!.authority!, 'utf8')
  trusted.push(ca)
  const token = (await fs.readFile(server.adminToken!, 'utf8')).trim()
  const [plain, secure] = server.urls as [string, string]
  expect([new URL(plain).protocol, new URL(secure).protocol]).toEqual(['http:', 'https:'])
  const project = await new Client(secure, token).project('Both')
  for (const base of server.urls) {
    const client = new Client(base, token)
    expect((await send(base)).body.projects_url).toBe(`${base}/projects`)
    expect((await client.get(`/projects/${project}`)).body.href).toBe(`${base}/projects/${project}`)
    const file = await client.upload({ project }, new URL(base).protocol.slice(0, -1), 'bytes')
    const upload = await client.post('/upload/multipart', { project, name: 'more', size: 3 })
    expect((await client.get(`${upload.body.href}/part/1`)).body.url.startsWith(`${base}/signed/`)).toBe(true)
    const { url } = (await client.get(`/files/${file}/download_info`)).body
    expect(url.startsWith(`${base}/signed/`)).toBe(true)
    expect((await send(url)).text).toBe('bytes')
    expect((await client.get('/files/none')).body.more_info.startsWith(base)).toBe(true)
    const forwarded = {
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'lab.example.org',
      'X-Forwarded-For': '1.2.3.4',
    }
    expect((await client.call('/user', { headers: forwarded })).body.href).toBe(`${base}/users/admin`)
  }
})

test('the keys are for the owner alone, and the authority stays the same', async () => {
  const first = await serve({ tls: 'self' })
  const ca = await fs.readFile(first.tls!.authority!, 'utf8')
  const before = await shown(first.url, ca)
  await first.close()
  await fs.chmod(join(folder, 'data/tls/authority.pem'), 0o644)
  const second = await serve({ tls: 'self' })
  const after = await shown(second.url, ca)
  expect(after.serialNumber).not.toBe(before.serialNumber)
  const kept = await fs.readdir(join(folder, 'data/tls'))
  expect(kept.sort()).toEqual(['authority.pem', 'ca.pem'])
  expect((await fs.stat(join(folder, 'data/tls/authority.pem'))).mode & 0o777).toBe(0o600)
  expect((await fs.stat(join(folder, 'data/tls'))).mode & 0o777).toBe(0o700)
  expect(await fs.readFile(second.tls!.authority!, 'utf8')).toBe(ca)
  expect(ca).not.toContain('PRIVATE')
})

test('a certificate is for whatever clients may call this machine', async () => {
  const server = await serve({ tls: 'self', tlsNames: ['Lab.example.org', '10.9.8.7'], host: '127.0.0.1' })
  const ca = await fs.readFile(server.tls!.authority!, 'utf8')
  const { subjectAltName } = await shown(server.url, ca)
  for (const name of ['DNS:localhost', 'DNS:lab.example.org', `DNS:${hostname().toLowerCase()}`]) {
    expect(subjectAltName).toContain(name)
  }
  for (const address of ['127.0.0.1', '0:0:0:0:0:0:0:1', '10.9.8.7']) {
    expect(subjectAltName).toContain(`IP Address:${address}`)
  }
  await expect(shown(server.url, ca, 'other.example.org')).rejects.toThrow('altnames')
  const other = await filesOf('other')
  await expect(shown(server.url, other.ca)).rejects.toThrow()
  expect(namesOfHost(['https://[::2]:8443/v2', '0.0.0.0', 'a b']).ip).toContain('::2')
  expect(namesOfHost(['https://x.example.org/v2', '0.0.0.0', 'a b']).dns).toContain('x.example.org')
  expect(JSON.stringify(namesOfHost(['0.0.0.0', 'a b', '::']))).not.toMatch(/0\.0\.0\.0|a b|"::"/)
})

test('a certificate is renewed in time while the server runs, and clients trust as before', async () => {
  let now = Date.now() - (3 / 4) * LIFETIME
  const server = await serve({ tls: 'self', tlsWatch: { clock: () => now, every: 5 } })
  const ca = await fs.readFile(server.tls!.authority!, 'utf8')
  const first = await shown(server.url, ca)
  expect(Date.parse(first.validTo) - now).toBeGreaterThan(LIFETIME - 2000)
  // nothing is due in the first two thirds
  now += LIFETIME / 2
  expect((await shown(server.url, ca)).serialNumber).toBe(first.serialNumber)
  now += LIFETIME / 4
  let next = first
  while (next.serialNumber === first.serialNumber) next = await shown(server.url, ca).catch(() => first)
  expect(Date.parse(next.validTo) - now).toBeGreaterThan(LIFETIME - 2000)
})

test("in its last year the authority's certificate is written anew, and those who have the old one go on", async () => {
  const start = Date.now() - 9.5 * 365 * DAY
  const old = await fs.readFile((await openAuthority(join(folder, 'data/tls'), start)).file, 'utf8')
  const server = await serve({ tls: 'self' })
  const present = await fs.readFile(server.tls!.authority!, 'utf8')
  expect(present).not.toBe(old)
  expect(Date.parse(new X509Certificate(present).validTo) - Date.now()).toBeGreaterThan(9 * 365 * DAY)
  const { serialNumber } = await shown(server.url, old)
  expect((await shown(server.url, present)).serialNumber).toBe(serialNumber)
})

test('of several that start at once one makes the authority', async () => {
  const place = join(folder, 'tls')
  const opened = await Promise.all(Array.from({ length: 5 }, () => openAuthority(place, Date.now())))
  const pairs = await Promise.all(opened.map(one => one.issue({ dns: ['localhost'], ip: [] }, Date.now())))
  const ca = new X509Certificate(await fs.readFile(join(place, 'ca.pem')))
  for (const { cert } of pairs) expect(new X509Certificate(cert).verify(ca.publicKey)).toBe(true)
  expect((await fs.readdir(place)).sort()).toEqual(['authority.pem', 'ca.pem'])
})

test('an authority that is none is refused, and stays as it is', async () => {
  const file = join(folder, 'data/tls/authority.pem')
  await fs.mkdir(join(folder, 'data/tls'), { recursive: true })
  const other = await filesOf('other')
  const mixed = (await fs.readFile(other.key, 'utf8')) + other.ca
  for (const text of ['', 'nonsense', mixed]) {
    await fs.writeFile(file, text)
    await expect(serve({ tls: 'self' })).rejects.toThrow(`${file} is no authority of this server`)
    expect(await fs.readFile(file, 'utf8')).toBe(text)
  }
})

test('files of the operator are read anew when told; what is bad leaves the old pair', async () => {
  const [good, better, over] = [
    await filesOf('good'),
    await filesOf('better'),
    await filesOf('over', Date.now() - 2 * LIFETIME),
  ]
  const tls = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') }
  const put = async ({ cert, key }: { cert: string; key: string }) => {
    await fs.copyFile(cert, tls.cert)
    await fs.copyFile(key, tls.key)
  }
  await put(good)
  const server = await serve({ tls })
  const { serialNumber } = await shown(server.url, good.ca)
  await put(better)
  await fs.copyFile(good.key, tls.key)
  expect(await server.tls!.reload()).toMatch(
    /^The certificate stays the old one, valid until \S+: the key in .*key.pem is not/,
  )
  await put(over)
  expect(await server.tls!.reload()).toMatch(/stays the old one.*cert.pem ended/)
  await fs.rm(tls.cert)
  expect(await server.tls!.reload()).toMatch(/stays the old one.*cert.pem can't be read/)
  expect((await shown(server.url, good.ca)).serialNumber).toBe(serialNumber)
  await put(better)
  expect(await server.tls!.reload()).toMatch(/^The certificate is a new one/)
  await shown(server.url, better.ca)
  await expect(shown(server.url, good.ca)).rejects.toThrow()
})

test('a start with files that can not be served says which and why; what is only unwise it warns of', async () => {
  const [one, two] = [await filesOf('one'), await filesOf('two')]
  const none = join(folder, 'none.pem')
  const locked = join(folder, 'locked.pem')
  await fs.writeFile(locked, '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n')
  for (const [cert, key, message] of [
    [one.cert, two.key, /key in .*two.key is not that of the first certificate in .*one.crt/],
    [one.key, one.key, /one.key has no certificate in PEM/],
    [one.cert, one.cert, /one.crt has no private key in PEM/],
    [none, one.key, /none.pem can't be read/],
    [one.cert, locked, /locked.pem has a passphrase/],
  ] as const) {
    await expect(serve({ tls: { cert, key } })).rejects.toThrow(message)
  }
  await fs.chmod(one.key, 0o644)
  const server = await serve({ tls: one })
  expect(server.tls!.warnings).toEqual([`The key in ${one.key} can be read by every user here`])
})

test('browsers are told to stay with https only where there is nothing else', async () => {
  const files = await filesOf('files')
  trusted.push(files.ca)
  const told = async (options: Partial<ServeOptions>) => {
    const server = await serve(options)
    if (server.tls?.authority) trusted.push(await fs.readFile(server.tls.authority, 'utf8'))
    const { headers } = await send(server.urls.at(-1)!)
    await server.close()
    return headers['strict-transport-security']
  }
  expect(await told({ tls: files })).toMatch(/max-age/)
  expect(await told({ tls: files, port: 0 })).toBeUndefined()
  expect(await told({ tls: 'self' })).toBeUndefined()
})
