import { request } from 'node:http'
import { ApiDocument } from './document.ts'
import type { Answer, Json, Sent } from './exchange.ts'
import { record } from './record.ts'

/**
 * One call exactly as given, a body with a GET too, on a connection of its own. The query may stand unencoded. An answer
 * that the server's own description does not know is an error.
 */
export async function call(url: string, sent: Sent = {}): Promise<Answer> {
  const answer = await exchange(url, sent)
  record(url, sent, answer)
  const { origin } = new URL(url)
  const target = url.slice(`${origin}/v2`.length)
  const problem = (await documentOf(origin))?.problem(sent.method ?? 'GET', target, answer)
  if (problem) throw new Error(`${sent.method ?? 'GET'} ${url}: ${problem}`)
  return answer
}

const documents = new Map<string, Promise<ApiDocument | undefined>>()

function documentOf(origin: string): Promise<ApiDocument | undefined> {
  const known = documents.get(origin) ?? readDocument(origin)
  documents.set(origin, known)
  return known
}

/** A server that the tests did not start may have none. */
async function readDocument(origin: string): Promise<ApiDocument | undefined> {
  const { status, bytes } = await exchange(`${origin}/v2/openapi.json`, {})
  if (status === 404 && process.env.REPRISE_ACCEPTANCE_URL) return undefined
  return new ApiDocument(JSON.parse(bytes.toString()))
}

function exchange(url: string, { method = 'GET', headers = {}, raw }: Sent = {}): Promise<Answer> {
  const { hostname, port } = new URL(url)
  const path = url.slice(url.indexOf('/', 'http://'.length))
  const length = raw === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(raw)) }
  return new Promise((resolve, reject) => {
    const options = { hostname, port, path, method, headers: { ...length, ...headers }, agent: false }
    const sent = request(options, answer => {
      const chunks: Buffer[] = []
      answer.on('data', chunk => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const bytes = Buffer.concat(chunks)
        const json = answer.headers['content-type']?.startsWith('application/json') && bytes.length > 0
        const body = json ? JSON.parse(bytes.toString()) : {}
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes, body })
      })
    })
    sent.on('error', reject)
    sent.end(raw)
  })
}

/** What is answered with one of `statuses`; anything else is an error that shows the answer. */
export async function expected(answer: Promise<Answer>, ...statuses: number[]): Promise<Answer> {
  const got = await answer
  if (!statuses.includes(got.status)) throw new Error(`${got.status}: ${got.bytes.toString().slice(0, 2000)}`)
  return got
}

/** Asks again until the answer is wanted; the test's own time limit ends it. */
export async function until(ask: () => Promise<Json>, wanted: (body: Json) => boolean): Promise<Json> {
  for (;;) {
    const body = await ask()
    if (wanted(body)) return body
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

export const hasEnded = ({ status }: Json) => ['COMPLETED', 'FAILED', 'ABORTED'].includes(status)
