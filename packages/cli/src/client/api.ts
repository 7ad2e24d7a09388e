import { setTimeout as sleep } from 'node:timers/promises'
import { parseJson } from '@reprise/cwl/json'
import type { Connection } from './connection.ts'
import { ApiError, ClientError } from './errors.ts'

/** What goes behind the `?`; a list repeats its key. */
export type Query = Record<string, string | number | boolean | string[] | undefined>

export interface CallOptions {
  query?: Query
  body?: unknown
  signal?: AbortSignal | undefined
}

/** Calls of the API; `path` begins with a slash and lies below the base URL. The token goes nowhere else. */
export interface Api {
  url: string
  /** The parsed body; undefined when it is empty. Rejects with an ApiError for every status that is no success. */
  call<T>(method: Method, path: string, options?: CallOptions): Promise<T>
  get<T>(path: string, options?: CallOptions): Promise<T>
  post<T>(path: string, options?: CallOptions): Promise<T>
  /** All items of a collection, page after page. */
  list<T>(path: string, query?: Query): Promise<T[]>
  /** A collection page by page; what comes next is asked for when it is wanted. */
  pages<T>(path: string, query?: Query): AsyncGenerator<Page<T>>
}

export interface Page<T> {
  items: T[]
  /** of all pages, where the server knows it */
  total: number | undefined
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

const attempts = 4
/** Longest wait that a busy server may ask for, in milliseconds. */
const longestWait = 60_000

/**
 * A call is tried again, at most three times and each time later, when the server says that it is busy (429) or away (503),
 * or when the connection fails. A POST whose connection broke after it began is not: the server may have done it. `until`
 * ends whatever is under way.
 */
export function createApi({ url, token }: Connection, until?: AbortSignal): Api {
  const call = async <T>(method: Method, path: string, options?: CallOptions): Promise<T> =>
    (await send<T>(method, path, options)).body

  async function send<T>(
    method: Method,
    path: string,
    options: CallOptions = {},
  ): Promise<{ body: T; headers: Headers }> {
    const target = addressOf(url, path, options.query)
    const init: RequestInit = {
      method,
      redirect: 'manual',
      headers: { 'x-sbg-auth-token': token, accept: 'application/json' },
    }
    const signal = options.signal ?? until
    if (signal) init.signal = signal
    if (options.body !== undefined) {
      init.headers = { ...init.headers, 'content-type': 'application/json' }
      init.body = JSON.stringify(options.body)
    }
    const request = async () => {
      const response = await fetch(target, init)
      return { response, text: await response.text() }
    }
    const { response, text } = await withRetries(request, { method, target, signal })
    if (!response.ok) throw errorOf(response.status, text, target)
    const { headers } = response
    if (text === '') return { body: undefined as T, headers }
    try {
      return { body: parseJson(text), headers }
    } catch {
      throw new ClientError(`${target} did not answer as the API does. Is its address right?`)
    }
  }

  async function* pages<T>(path: string, query: Query = {}): AsyncGenerator<Page<T>> {
    let options: CallOptions = { query: { limit: 100, ...query } }
    for (let next: string | undefined = path; next !== undefined; options = {}) {
      const { body, headers }: { body: Collection<T>; headers: Headers } = await send('GET', next, options)
      const total = Number(headers.get('x-total-matching-query') ?? Number.NaN)
      yield { items: body.items, total: total >= 0 ? total : undefined }
      const link = body.links.find(link => link.rel === 'next')
      next = link && path + new URL(link.href).search
    }
  }

  async function list<T>(path: string, query?: Query): Promise<T[]> {
    const items: T[] = []
    for await (const page of pages<T>(path, query)) items.push(...page.items)
    return items
  }

  return {
    url,
    call,
    get: (path, options) => call('GET', path, options),
    post: (path, options) => call('POST', path, options),
    list,
    pages,
  }
}

interface Collection<T> {
  items: T[]
  links: { href: string; rel: string }[]
}

function addressOf(base: string, path: string, query: Query = {}): string {
  const target = new URL(base + path)
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) target.searchParams.append(key, String(one))
  }
  return target.href
}

/** Runs a request with the retries that `createApi` describes, for calls and for transfers of bytes alike. */
export async function withRetries<T extends { response: Response }>(
  request: () => Promise<T>,
  { method, target, signal }: { method: Method; target: string; signal?: AbortSignal | undefined },
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    let pause = 200 * 2 ** (attempt - 1)
    try {
      const answer = await request()
      const { status } = answer.response
      if (attempt === attempts || (status !== 429 && status !== 503)) return answer
      pause = Math.min(longestWait, askedWait(answer.response) ?? pause)
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      const reason = reasonOf(error)
      const repeatable = method !== 'POST' || reason === 'ECONNREFUSED'
      if (attempt === attempts || !repeatable) {
        throw new ClientError(`Can't reach ${new URL(target).origin}: ${reason}. Is the server running there?`)
      }
    }
    await sleep(pause, undefined, { signal })
  }
}

/** What a busy server asks for, in milliseconds: `Retry-After` in seconds, or the time at which a limit of calls ends. */
function askedWait(response: Response): number | undefined {
  const after = Number(response.headers.get('retry-after') ?? Number.NaN)
  if (after >= 0) return after * 1000
  const reset = Number(response.headers.get('x-ratelimit-reset') ?? Number.NaN)
  return response.status === 429 && reset > 0 ? Math.max(0, reset * 1000 - Date.now()) : undefined
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return cause instanceof Error ? cause.message : String(cause)
}

/** The error that an answer without success stands for. */
export function errorOf(status: number, text: string, target: string): ClientError {
  try {
    const body: { code?: unknown; message?: unknown } = JSON.parse(text)
    if (typeof body.message === 'string') return new ApiError(status, Number(body.code), body.message)
  } catch {
    // told below: what answered is not the API
  }
  return new ClientError(`${target} answered HTTP ${status}, but not as the API does. Is its address right?`)
}
