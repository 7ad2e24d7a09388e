import type { Json } from '../support/api.ts'

interface Asked {
  body?: unknown
  /** bytes in place of a JSON body */
  raw?: Buffer
}

/** Milliseconds for which a call is repeated, or something is waited for. */
const PATIENCE = 120_000

/**
 * Calls as a careful client makes them: one whose connection was lost, or that met a server in trouble, is repeated, and what
 * makes something has a key by which the server knows it again. Keys are counted, so that each run of a scene has the same.
 */
export class CarefulClient {
  readonly #base: () => Promise<string>
  readonly #token: string
  readonly #name: string
  #keys = 0

  /** @param base the address of the server, when it is there (again) */
  constructor(base: () => Promise<string>, token: string, name: string) {
    this.#base = base
    this.#token = token
    this.#name = name
  }

  get = (path: string) => this.#call('GET', path)
  post = (path: string, body?: unknown) => this.#call('POST', path, { body })
  put = (path: string, raw: Buffer) => this.#call('PUT', path, { raw })
  patch = (path: string, body: unknown) => this.#call('PATCH', path, { body })
  delete = (path: string) => this.#call('DELETE', path)

  /** The bytes that an address without a token gives, as text. */
  async text(url: string): Promise<string> {
    const until = performance.now() + PATIENCE
    for (;;) {
      const answer = await sent(url, {})
      if (!(answer instanceof Error) && answer.status === 200) return answer.text
      if (performance.now() > until) throw new Error(`${url} is never answered`)
    }
  }

  /** What a path has when it is so. */
  async until(path: string, isSo: (body: Json) => boolean): Promise<Json> {
    const until = performance.now() + PATIENCE
    for (;;) {
      const body = await this.get(path)
      if (isSo(body)) return body
      if (performance.now() > until) throw new Error(`${path} stays as it is: ${JSON.stringify(body)}`)
      await new Promise(resolve => setTimeout(resolve, 15))
    }
  }

  async #call(method: string, path: string, { body, raw }: Asked = {}): Promise<Json> {
    const headers: { [name: string]: string } = { 'X-SBG-Auth-Token': this.#token }
    if (method === 'POST') headers['Idempotency-Key'] = `${this.#name}-${++this.#keys}`
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const until = performance.now() + PATIENCE
    for (let repeated = false; ; repeated = true) {
      const base = await this.#base()
      const answer = await sent(path.startsWith('http') ? path : base + path, { method, headers, body: payload })
      if (answer instanceof Error || answer.status === 503) {
        const reason = answer instanceof Error ? answer : new Error(answer.text)
        if (performance.now() > until) throw new Error(`${method} ${path} is never answered`, { cause: reason })
        await new Promise(resolve => setTimeout(resolve, 5))
        continue
      }
      // what is to be removed and is not there any more was removed by the call whose answer was lost
      if (method === 'DELETE' && repeated && answer.status === 404) return {} as Json
      if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`)
      return JSON.parse(answer.isJson ? answer.text : JSON.stringify({ etag: answer.etag }))
    }
  }
}

async function sent(url: string, call: object) {
  try {
    const answer = await fetch(url, call)
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.startsWith('application/json') && text !== ''
    return { status: answer.status, text, isJson, etag: answer.headers.get('etag')?.replaceAll('"', '') }
  } catch (error) {
    return error as Error
  }
}
