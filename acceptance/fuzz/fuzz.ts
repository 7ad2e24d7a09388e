import { Agent, request as open } from 'node:http'
import { type Answered, ApiDocument } from '../document.ts'
import { Random } from './random.ts'
import { SAY } from './recipes.ts'
import { type FuzzRequest, makeRequest } from './requests.ts'
import { type Home, World } from './world.ts'

export interface FuzzOptions {
  /** base address with /v2 */
  url: string
  token: string
  requests: number
  seed: number
  /** other users there are, and a division that the caller administers */
  users?: string[]
  division?: string
}

export interface FuzzResult {
  /** what the server did wrong, with the request that showed it */
  faults: string[]
  /** how many answers had each status */
  statuses: { [status: string]: number }
  /** operations that were called, and those that once succeeded */
  called: Set<string>
  succeeded: Set<string>
  operations: number
  /** milliseconds of the slowest call */
  slowest: number
}

/** Milliseconds that no call may take. */
const LIMIT = 10_000
/** Requests after which the objects that the run lives on are made anew. */
const RENEWAL = 400

/**
 * Calls a server with requests made by chance from its own OpenAPI document, valid and broken, with ids of objects that
 * there are, one after the other. A fault is an answer of 5xx, one that the document does not know, a call over 10 seconds,
 * and a connection that breaks.
 */
export async function fuzz({
  url,
  token,
  requests,
  seed,
  users = [],
  division = '',
}: FuzzOptions): Promise<FuzzResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const exchange = (given: FuzzRequest) => send(url, given, agent)
  const auth = { 'X-SBG-Auth-Token': token, 'Content-Type': 'application/json' }
  const read = await exchange({ method: 'GET', target: '/openapi.json', headers: {}, body: undefined })
  const document = new ApiDocument(JSON.parse(read.bytes.toString()))
  const world = new World(document, url)
  const random = new Random(seed)
  const result: FuzzResult = {
    faults: [],
    statuses: {},
    called: new Set(),
    succeeded: new Set(),
    operations: document.operations.length,
    slowest: 0,
  }
  const ask = async (method: string, target: string, body?: unknown) => {
    const answer = await exchange({
      method,
      target,
      headers: auth,
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    world.learn(answer.body)
    return answer.body as { [key: string]: string }
  }
  for (let index = 0; index < requests; index++) {
    if (index % RENEWAL === 0) world.home = await renew(ask, `${seed} ${index / RENEWAL}`, { users, division })
    const given = makeRequest(document, world, random, token)
    const began = performance.now()
    const answer = await exchange(given).catch((error: Error) => error)
    const took = performance.now() - began
    result.slowest = Math.max(result.slowest, took)
    const fault = faultOf(document, url, given, answer, took)
    if (fault) result.faults.push(`request ${index}: ${fault}\n  ${described(given)}`)
    if (answer instanceof Error) continue
    count(result, document, url, given, answer)
    if (answer.status < 300) world.learn(answer.body)
  }
  agent.destroy()
  return result
}

type Ask = (method: string, target: string, body?: unknown) => Promise<{ [key: string]: string }>

/** A project with a folder, a file, an app, and tasks of it. */
async function renew(ask: Ask, round: string, others: Pick<Home, 'users' | 'division'>): Promise<Home> {
  const project = await ask('POST', '/projects?fields=_all', { name: `Fuzz ${round}` })
  const root = project.root_folder!
  const folder = await ask('POST', '/files', { name: 'folder', type: 'folder', parent: root })
  const begun = await ask('POST', '/upload/multipart', { parent: root, name: 'reads.txt', size: 0 })
  const file = await ask('POST', `/upload/multipart/${begun.upload_id}/complete`)
  await ask('GET', `/files/${file.id}/download_info`)
  const upload = await ask('POST', '/upload/multipart', { parent: root, name: 'open.txt', size: 9 })
  await ask('GET', `/upload/multipart/${upload.upload_id}/part/1`)
  const app = await ask('POST', `/apps/${project.id}/say/raw`, SAY)
  await ask('GET', `/apps/${project.id}/say`)
  const definition = { project: project.id, app: app['sbg:id'], name: 'say', inputs: { word: 'hello' } }
  const task = await ask('POST', '/tasks', definition)
  await ask('POST', '/tasks?action=run', definition)
  await ask('GET', '/user')
  for (const username of others.users)
    await ask('POST', `/projects/${project.id}/members`, { username, permissions: {} })
  if (others.division) await ask('POST', '/teams', { name: `Team ${round}`, division: others.division })
  return {
    ...others,
    project: project.id!,
    root,
    folder: folder.id!,
    file: file.id!,
    app: app['sbg:id']!,
    upload: upload.upload_id!,
    task: task.id!,
  }
}

function faultOf(
  document: ApiDocument,
  url: string,
  given: FuzzRequest,
  answer: Answered | Error,
  took: number,
): string | undefined {
  if (answer instanceof Error) return `the connection broke: ${answer.message}`
  if (answer.status >= 500) return `${answer.status}: ${answer.bytes.toString().slice(0, 300)}`
  if (took > LIMIT) return `it took ${Math.round(took)} ms`
  return document.problem(given.method, below(url, given.target), answer)
}

function count(
  result: FuzzResult,
  document: ApiDocument,
  url: string,
  { method, target }: FuzzRequest,
  answer: Answered,
): void {
  result.statuses[answer.status] = (result.statuses[answer.status] ?? 0) + 1
  const path = below(url, target).split('?')[0]!
  const operation = document.operations.find(one => one.method === method && one.pattern.test(path))
  if (!operation) return
  result.called.add(operation.id)
  if (answer.status < 300) result.succeeded.add(operation.id)
}

function below(url: string, target: string): string {
  return target.startsWith('http') ? target.slice(url.length) : target
}

function described({ method, target, headers, body }: FuzzRequest): string {
  const shown = body === undefined ? '' : ` ${JSON.stringify(body.toString().slice(0, 400))}`
  const extra = Object.entries(headers).filter(([name]) => name !== 'X-SBG-Auth-Token')
  return `${method} ${target.slice(0, 400)} ${JSON.stringify(Object.fromEntries(extra))}${shown}`
}

function send(base: string, { method, target, headers, body }: FuzzRequest, agent: Agent): Promise<Answered> {
  const { hostname, port } = new URL(base)
  const url = target.startsWith('http') ? target : base + target
  const path = url.slice(url.indexOf('/', 'http://'.length))
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const call = open({ hostname, port, path, method, headers: { ...headers, ...length }, agent }, answer => {
      const chunks: Buffer[] = []
      answer.on('data', chunk => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const bytes = Buffer.concat(chunks)
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes, body: parsed(bytes, answer.headers) })
      })
    })
    call.on('error', reject)
    call.setTimeout(LIMIT * 2, () => call.destroy(new Error('no answer')))
    call.end(body)
  })
}

function parsed(bytes: Buffer, headers: { 'content-type'?: string | undefined }): unknown {
  if (bytes.length === 0 || !headers['content-type']?.startsWith('application/json')) return undefined
  return JSON.parse(bytes.toString())
}
