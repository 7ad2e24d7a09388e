import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const REPRISE = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const command = [process.execPath, ...process.execArgv, REPRISE]
const run = promisify(execFile)

async function temporaryFolder(): Promise<string> {
  const folder = await fs.mkdtemp(join(tmpdir(), 'reprise-serve-tls-'))
  onTestFinished(() => fs.rm(folder, { recursive: true, force: true }))
  return folder
}

/** The command in a process that ends with the test; its lines. */
function start(words: string[]): { lines: Interface; errors: Interface; signal: (name: NodeJS.Signals) => void } {
  const child = spawn(command[0]!, [...command.slice(1), 'serve', '--isolation', 'none', ...words])
  onTestFinished(async () => {
    if (child.exitCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  const signal = (name: NodeJS.Signals) => child.kill(name)
  return { lines: createInterface(child.stdout), errors: createInterface(child.stderr), signal }
}

/** The lines up to one that matches. */
async function until(lines: Interface, last: RegExp): Promise<string[]> {
  const read: string[] = []
  for await (const line of lines) {
    read.push(line)
    if (last.test(line)) return read
  }
  throw new Error(`it ended with ${read.join('\n')}`)
}

test('clients connect with what the start says, and not without it', async () => {
  const folder = await temporaryFolder()
  const data = join(folder, "it's data")
  const { lines } = start(['--data', data, '--tls', 'self', '--port', '0', '--tls-port', '0'])
  const said = await until(lines, /JAVA_TOOL_OPTIONS/)
  const urls = said.flatMap(line => /^Reprise serves (\S+)$/.exec(line)?.[1] ?? [])
  expect(urls.map(url => new URL(url).protocol)).toEqual(['http:', 'https:'])
  const url = urls[1]!
  const token = (await fs.readFile(join(data, 'admin-token'), 'utf8')).trim()
  const exported = said.flatMap(line => /export [A-Z_]+_(?:BUNDLE|CERTS)=.*$/.exec(line)?.[0] ?? [])
  expect(exported.map(line => line.split(/[ =]/)[1])).toEqual([
    'REQUESTS_CA_BUNDLE',
    'CURL_CA_BUNDLE',
    'NODE_EXTRA_CA_CERTS',
  ])
  const shell = (text: string) => run('sh', ['-ec', text], { env: { PATH: process.env.PATH, HOME: folder } })
  const clients = [
    `curl -sS -H 'X-SBG-Auth-Token: ${token}' ${url}/user`,
    `'${process.execPath}' -e "fetch('${url}/user', { headers: { 'X-SBG-Auth-Token': '${token}' } })
      .then(answer => answer.text()).then(console.log)"`,
  ]
  for (const client of clients) {
    const { stdout } = await shell(`${exported.join('\n')}\n${client}`)
    expect(JSON.parse(stdout)).toMatchObject({ username: 'admin', href: `${url}/users/admin` })
    await expect(shell(client)).rejects.toThrow(/certificate|fetch failed/i)
  }
  const own = command.map(word => `'${word}'`).join(' ')
  const listed = await shell(
    `${exported.join('\n')}\nSB_API_ENDPOINT=${url} SB_AUTH_TOKEN=${token} ${own} projects list --json`,
  )
  expect(JSON.parse(listed.stdout)).toEqual([])
})

test('SIGHUP reads the certificate anew and says so; a bad one leaves the old', async () => {
  const folder = await temporaryFolder()
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const make = (name: string) =>
    run('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
    ])
  await make('first')
  const first = await fs.readFile(cert, 'utf8')
  const { lines, errors, signal } = start([
    ...['--data', join(folder, 'data'), '--tls-cert', cert, '--tls-key', key, '--tls-port', '0'],
  ])
  const said = await until(lines, /The user admin/)
  const [url] = said.flatMap(line => /^Reprise serves (\S+)$/.exec(line)?.[1] ?? [])
  expect(said.join('\n')).not.toContain('http://')
  const trusting = async (text: string) => {
    await fs.writeFile(join(folder, 'ca.pem'), text)
    return run('curl', ['-sS', '--cacert', join(folder, 'ca.pem'), url!])
  }
  await trusting(first)
  const news = errors[Symbol.asyncIterator]()
  await fs.writeFile(cert, 'nonsense')
  signal('SIGHUP')
  expect((await news.next()).value).toMatch(/^reprise: The certificate stays the old one.*cert.pem has no certificate/)
  await trusting(first)
  await make('second')
  signal('SIGHUP')
  expect((await news.next()).value).toMatch(/^reprise: The certificate is a new one/)
  await expect(trusting(first)).rejects.toThrow('certificate')
  await trusting(await fs.readFile(cert, 'utf8'))
})

test('options that do not go together are refused', async () => {
  const data = await temporaryFolder()
  for (const [words, message] of [
    [['--tls-cert', 'a.pem'], /--tls-cert and --tls-key go together/],
    [['--tls', 'self', '--tls-cert', 'a.pem', '--tls-key', 'b.pem'], /cannot be used with/],
    [['--tls', 'other'], /Allowed choices are self/],
    [['--tls-port', 'x', '--tls', 'self'], /0 to 65535/],
    [['--tls-cert', join(data, 'a.pem'), '--tls-key', 'b.pem'], /a.pem can't be read/],
  ] as const) {
    const { errors } = start(['--data', data, ...words])
    await until(errors, message)
  }
})
