import { mkdtemp, readFile, rm } from 'node:fs/promises'
import {
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
  request,
} from 'node:http'
import { request as requestSecurely } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Logger, pino } from 'pino'
import { ApiDocument } from '../../../../acceptance/document.ts'
import type { Parts } from '../../src/create-context.ts'
import type { OpenDatabase } from '../../src/database/open.ts'
import type { ToWorker } from '../../src/domain/worker-messages.ts'
import { createApp } from '../../src/http/app.ts'
import { selfIssued } from '../../src/http/tls/certificates.ts'
import type { ServerSettings } from '../../src/settings.ts'
import { Contents } from '../../src/storage/contents.ts'
import type { VolumeSettings } from '../../src/storage/volumes/volumes.ts'
import { createToken, createUser } from '../../src/users/accounts.ts'
import { openTestDatabase } from './database.ts'

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  text: string
  bytes: Buffer
  body: Json
}

/** An answer's body; the keys that tests look into have their types, whether or not they are there. */
export interface Json {
  [key: string]: unknown
  items: Json[]
  links: { href: string; rel: string; method: string }[]
  id: string
  href: string
  url: string
  name: string
  status: string
  message: string
  more_info: string
  root_folder: string
  errors: Json[]
  jobs: Json[]
  permissions: Json
  settings: Json
  raw: Json
  inputs: Json
  'sbg:id': string
}

export interface Sent {
  method?: string
  body?: unknown
  /** sent as it is, in place of a JSON body */
  raw?: string | Buffer
  headers?: { [name: string]: string }
}

/** Sends one call exactly as given; `url` is absolute. */
export function send(url: string, { method = 'GET', body, raw, headers = {} }: Sent = {}): Promise<Answer> {
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body))
  const typed = raw === undefined && body !== undefined ? { 'Content-Type': 'application/json' } : {}
  const length = payload === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(payload)) }
  return new Promise((resolve, reject) => {
    const asked = { method, headers: { ...typed, ...length, ...headers }, agent: false as const }
    const call = requestBy(url, asked, answer => {
      const chunks: Buffer[] = []
      answer.on('data', chunk => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const bytes = Buffer.concat(chunks)
        const text = bytes.toString()
        const json = answer.headers['content-type']?.startsWith('application/json') && text !== ''
        const got = {
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text,
          bytes,
          body: JSON.parse(json ? text : '{}'),
        }
        const problem = undocumented(method, url, got)
        if (problem) reject(new Error(`${method} ${url}: ${problem}`))
        else resolve(got)
      })
    })
    call.on('error', reject)
    call.end(payload)
  })
}

/** A call by the scheme of its URL, which trusts the authorities of this process's servers. */
export function requestBy(
  url: string,
  options: RequestOptions,
  seen?: (answer: IncomingMessage) => void,
): ClientRequest {
  return url.startsWith('https:')
    ? requestSecurely(url, { ...options, ca: trusted }, seen)
    : request(url, options, seen)
}

/** Certificates of authorities, of servers by https. */
export const trusted: string[] = []

/** The API's own description, to which every answer has to keep; of the servers of this process. */
let description: ApiDocument | undefined

function undocumented(method: string, url: string, answer: Answer): string | undefined {
  const { pathname, search } = new URL(url)
  const [, target] = /^\/v2(?=\/|$)(.*)$/.exec(pathname) ?? []
  if (target === undefined) return undefined
  try {
    return description?.problem(method, target + search, answer)
  } catch (error) {
    return String(error)
  }
}

/** Status and code of each answer. */
export async function codes(...calls: Promise<Answer>[]): Promise<[number, unknown][]> {
  return (await Promise.all(calls)).map(({ status, body }) => [status, body.code])
}

/** What one user does with the API: paths are below its base address. */
export class Client {
  readonly base: string
  readonly token: string

  constructor(base: string, token: string) {
    this.base = base
    this.token = token
  }

  call(path: string, sent: Sent = {}): Promise<Answer> {
    const url = path.startsWith('http') ? path : this.base + path
    return send(url, { ...sent, headers: { 'X-SBG-Auth-Token': this.token, ...sent.headers } })
  }

  get = (path: string) => this.call(path)
  post = (path: string, body?: unknown) => this.call(path, { method: 'POST', body })
  patch = (path: string, body?: unknown) => this.call(path, { method: 'PATCH', body })
  put = (path: string, body?: unknown) => this.call(path, { method: 'PUT', body })
  delete = (path: string) => this.call(path, { method: 'DELETE' })

  /** Makes a project; gives its id. */
  async project(name: string, settings: object = {}): Promise<string> {
    return (await this.post('/projects', { name, settings })).body.id!
  }

  /** Uploads a file of one part; gives its id. */
  async upload(place: { project: string } | { parent: string }, name: string, data: string | Buffer): Promise<string> {
    const bytes = Buffer.from(data)
    const upload = (await this.post('/upload/multipart', { ...place, name, size: bytes.length })).body
    await this.part(upload.href, 1, bytes)
    const file = await this.post(`${upload.href}/complete`)
    if (file.status !== 201) throw new Error(file.text)
    return file.body.id!
  }

  /** Sends one part and reports it. */
  async part(upload: string, number: number, bytes: Buffer): Promise<string> {
    const { url } = (await this.get(`${upload}/part/${number}`)).body
    const etag = String((await send(url, { method: 'PUT', raw: bytes })).headers.etag).replaceAll('"', '')
    await this.post(`${upload}/part/`, { part_number: number, response: { headers: { ETag: etag } } })
    return etag
  }

  /** Posts an app; gives its id with revision. */
  async app(project: string, name: string, document: object): Promise<string> {
    const answer = await this.post(`/apps/${project}/${name}/raw`, document)
    if (answer.status !== 201) throw new Error(answer.text)
    return answer.body['sbg:id']!
  }
}

export interface Api {
  base: string
  /** messages that the worker would have got */
  sent: ToWorker[]
  database: OpenDatabase
  contents: Contents
  uploadsFolder: string
  log: Logger
  user(name: string, given?: { admin?: boolean }): Promise<Client>
  close(): Promise<void>
}

/** The whole API on a free port with a fresh data folder, and a worker that only notes what it is told. */
export async function startApi(
  settings: Partial<ServerSettings> = {},
  volumes: VolumeSettings = {},
  parts: Partial<Parts> = {},
  scheme: 'http' | 'https' = 'http',
): Promise<Api> {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-api-'))
  const patience = (settings.limits?.['search-seconds'] ?? 5) * 1000
  const database = await openTestDatabase(folder, { patience })
  const contents = new Contents({ database, folder, volumes })
  const sent: ToWorker[] = []
  const uploadsFolder = join(folder, 'uploads')
  const log = pino({ level: process.env.TEST_LOG ?? 'silent' })
  const app = await createApp({
    database,
    contents,
    worker: { send: message => sent.push(message) },
    settings: { uploadsFolder, ...settings },
    log,
    ...parts,
  })
  description ??= new ApiDocument(JSON.parse(JSON.stringify(app.describe())))
  const certificates = scheme === 'https' ? await selfIssued(folder, [], Date.now) : undefined
  if (certificates) trusted.push(await readFile(certificates.authority!, 'utf8'))
  await app.ready()
  const port = await app.servers.listen({ host: '127.0.0.1', port: 0, pair: certificates?.pair })
  const base = `${scheme}://127.0.0.1:${port}/v2`
  return {
    base,
    sent,
    database,
    contents,
    uploadsFolder,
    log,
    async user(username, given = {}) {
      await createUser(database, { username, ...given })
      return new Client(base, (await createToken(database, username)).token)
    },
    async close() {
      await app.close()
      await contents.close()
      await database.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
