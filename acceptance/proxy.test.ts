/**
 * A server behind a real proxy, with the recipes of docs/operations.md as they stand there: only addresses and files are put in
 * their place. A proxy that is not installed is skipped, and a line says so.
 */
import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { root } from './server.ts'
import { start as startServer } from './start.ts'

const PATH = `${process.env.PATH}:/usr/sbin`
const run = promisify(execFile)

interface Setting {
  folder: string
  port: number
  recipe: string
}

/** By name: its file of settings, its command, and what it says when it listens. */
const PROXIES = {
  nginx: {
    settings: ({ folder, recipe }: Setting) => `
      ${process.getuid?.() === 0 ? 'user root;' : ''}
      daemon off;
      pid ${folder}/pid;
      error_log stderr notice;
      events {}
      http {
        access_log off;
        ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(name => `${name}_temp_path ${folder}/temp;`).join('\n')}
        ${recipe}
      }`,
    command: (file: string, folder: string) => ['nginx', '-p', folder, '-c', file],
    ready: /start worker process /,
    port: (recipe: string, port: number) => recipe.replace('listen 443', `listen 127.0.0.1:${port}`),
  },
  caddy: {
    settings: ({ recipe }: Setting) => `{\n  admin off\n  auto_https disable_redirects\n}\n${recipe}`,
    command: (file: string) => ['caddy', 'run', '--config', file, '--adapter', 'caddyfile'],
    ready: /serving initial configuration/,
    port: (recipe: string, port: number) =>
      recipe.replace('localhost {', `https://localhost:${port} {\n  bind 127.0.0.1`),
  },
}

for (const [name, proxy] of Object.entries(PROXIES)) {
  const there = isThere(name)
  if (!there) console.log(`${name} is not installed: the test of it is skipped (make proxies)`)

  test.skipIf(!there)(`a client behind ${name} is given addresses that it can use`, async () => {
    const server = await startServer(['--trust-proxy', '127.0.0.1/32', '--isolation', 'none'])
    onTestFinished(server.close)
    const folder = await mkdtemp(join(tmpdir(), 'reprise-proxy-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await mkdir(join(folder, 'temp'))
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
    await run('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert],
    ])
    const port = await freePort()
    const recipe = proxy
      .port((await recipeOf(name)).replaceAll('reprise.example.org', 'localhost'), port)
      .replaceAll('/etc/ssl/reprise/fullchain.pem', cert)
      .replaceAll('/etc/ssl/reprise/key.pem', key)
      .replaceAll('127.0.0.1:8080', new URL(server.url).host)
    const file = join(folder, 'settings')
    await writeFile(file, proxy.settings({ folder, port, recipe }))
    await listening(proxy.command(file, folder), proxy.ready, folder)

    const base = `https://localhost:${port}/v2`
    const curl = async (...words: string[]) => {
      const env = { PATH, CURL_CA_BUNDLE: cert }
      const { stdout } = await run('curl', ['-sS', '--max-time', '30', ...words], { env, maxBuffer: 2 ** 26 })
      return stdout
    }
    const api = async (path: string, body?: object, ...words: string[]) => {
      const url = path.startsWith('https:') ? path : base + path
      const sent = body === undefined ? [] : ['-d', JSON.stringify(body)]
      return JSON.parse(await curl('-H', `X-SBG-Auth-Token: ${server.token}`, ...sent, ...words, url))
    }
    // what a client says of itself is not believed
    const forged = ['-H', 'X-Forwarded-Host: evil.example.org', '-H', 'X-Forwarded-Proto: http']
    expect((await api('/user', undefined, ...forged)).href).toBe(`${base}/users/admin`)
    const project = await api('/projects', { name: 'Behind' })
    expect(project.href).toBe(`${base}/projects/${project.id}`)
    // larger than what proxies take of themselves
    const bytes = 'x'.repeat(3 * 2 ** 20)
    await writeFile(join(folder, 'bytes'), bytes)
    const upload = await api('/upload/multipart', { project: project.id, name: 'bytes', size: bytes.length })
    const part = await api(`${upload.href}/part/1`)
    expect(part.url).toMatch(new RegExp(`^${base}/signed/`))
    const head = await curl('-D', '-', '-o', join(folder, 'answer'), '-T', join(folder, 'bytes'), part.url)
    const [, etag = ''] = /^etag: *(\S+)/im.exec(head) ?? []
    const report = { part_number: 1, response: { headers: { ETag: etag } } }
    const done = await api(`${upload.href}/complete`, { parts: [report] })
    const { url } = await api(`/files/${done.id}/download_info`)
    expect(url).toMatch(new RegExp(`^${base}/signed/`))
    expect((await curl(url)) === bytes).toBe(true)
    const list = await api('/projects?limit=1&offset=0')
    expect(list.href.startsWith(base)).toBe(true)
    expect(await curl('-D', '-', '-o', join(folder, 'answer'), base)).toMatch(/^strict-transport-security:/im)
  })
}

function isThere(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { env: { PATH }, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function recipeOf(name: string): Promise<string> {
  const text = await readFile(join(root, 'docs/operations.md'), 'utf8')
  return new RegExp(`^\`\`\`${name}\n([\\s\\S]+?)^\`\`\``, 'm').exec(text)![1]!
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Starts a proxy that ends with the test; resolves when it says that it listens. */
async function listening([program, ...words]: string[], ready: RegExp, home: string): Promise<void> {
  const env = { PATH, HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home }
  const child = spawn(program!, words, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  const gone = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await gone
  })
  const lines: string[] = []
  const reader = createInterface({ input: child.stderr })
  await new Promise<void>((resolve, reject) => {
    reader.on('line', line => {
      lines.push(line)
      if (ready.test(line)) resolve()
    })
    gone.then(() => reject(new Error(lines.join('\n'))))
  })
}
