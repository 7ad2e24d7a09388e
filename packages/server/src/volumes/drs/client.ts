import { Readable } from 'node:stream'
import { z } from 'zod'
import { ApiError } from '../../errors.ts'
import type { DrsHosts } from './hosts.ts'

/** Milliseconds until a DRS server has answered. */
const ANSWER = 30_000
/** Bytes of an answer that is a document. */
const LARGEST = 8 * 2 ** 20
const REDIRECTS = 5

const accessUrl = z.object({ url: z.string(), headers: z.array(z.string()).nullish() })

const accessMethod = z.object({
  type: z.string(),
  access_url: accessUrl.nullish(),
  access_id: z.string().nullish(),
})

export interface BundleEntry {
  name: string
  id?: string | null | undefined
  drs_uri?: string[] | null | undefined
  contents?: BundleEntry[] | null | undefined
}

const entry: z.ZodType<BundleEntry> = z.lazy(() =>
  z.object({
    name: z.string(),
    id: z.string().nullish(),
    drs_uri: z.array(z.string()).nullish(),
    contents: z.array(entry).nullish(),
  }),
)

const drsObject = z.object({
  id: z.string(),
  name: z.string().nullish(),
  size: z.int().min(0).nullish(),
  checksums: z.array(z.object({ checksum: z.string(), type: z.string() })).nullish(),
  access_methods: z.array(accessMethod).nullish(),
  contents: z.array(entry).nullish(),
})

export type DrsObject = z.infer<typeof drsObject>
export type AccessMethod = z.infer<typeof accessMethod>
export type AccessUrl = z.infer<typeof accessUrl>

/** A DRS server (GA4GH DRS v1), and the bytes that it leads to. Only what the operator allowed is asked, redirects included. */
export class DrsClient {
  readonly #hosts: DrsHosts
  readonly #signal: AbortSignal

  constructor(hosts: DrsHosts, signal: AbortSignal) {
    this.#hosts = hosts
    this.#signal = signal
  }

  /** Throws ApiError 10215, 10225, 10226, 90002. */
  async object(host: string, id: string): Promise<DrsObject> {
    return await this.#document(host, `objects/${encodeURIComponent(id)}`, drsObject)
  }

  async access(host: string, id: string, access: string): Promise<AccessUrl> {
    const path = `objects/${encodeURIComponent(id)}/access/${encodeURIComponent(access)}`
    return await this.#document(host, path, accessUrl)
  }

  /** The bytes at an address of http or https, with the headers that the DRS server gave for it. */
  async bytes({ url: given, headers }: AccessUrl): Promise<Readable> {
    const url = URL.parse(given)
    if (!url) throw new ApiError(10215, 'The DRS server gave an address that is none.')
    const response = await this.#get(url, headersOf(headers ?? []), this.#signal)
    return response.body ? Readable.fromWeb(response.body) : Readable.from([])
  }

  async #document<T>(host: string, path: string, schema: z.ZodType<T>): Promise<T> {
    const url = new URL(`/ga4gh/drs/v1/${path}`, this.#hosts.server(host))
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(ANSWER)])
    const response = await this.#get(url, { accept: 'application/json' }, signal)
    const parsed = schema.safeParse(await json(response, signal))
    if (!parsed.success) throw new ApiError(10215, `${host} gave something that is no DRS object.`)
    return parsed.data
  }

  async #get(first: URL, headers: { [name: string]: string }, signal: AbortSignal): Promise<Response> {
    let url = first
    for (let redirects = 0; redirects <= REDIRECTS; redirects++) {
      this.#hosts.check(url)
      const given = url.origin === first.origin ? headers : {}
      const response = await fetch(url.href, { headers: given, redirect: 'manual', signal }).catch(error => {
        if (this.#signal.aborted) throw error
        throw new ApiError(10215, `${url.host} does not answer.`)
      })
      if (response.ok) return response
      await response.body?.cancel()
      const location = response.headers.get('location')
      if (response.status < 300 || response.status >= 400 || location === null) throw refused(response.status, url)
      const next = URL.parse(location, url.href)
      if (!next) throw new ApiError(10215, `${url.host} leads nowhere.`)
      url = next
    }
    throw new ApiError(10215, `${first.host} leads on and on.`)
  }
}

function refused(status: number, { host }: URL): ApiError {
  if (status === 404) return new ApiError(10225, `${host} has no such object.`)
  if (status === 401 || status === 403) return new ApiError(10226, `${host} does not give the object to everybody.`)
  return new ApiError(10215, `${host} answers with status ${status}.`)
}

async function json(response: Response, signal: AbortSignal): Promise<unknown> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk)
      size += chunk.length
      if (size > LARGEST) throw new ApiError(10215, 'The answer of the DRS server is too large.')
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch (error) {
    if (error instanceof ApiError) throw error
    throw new ApiError(10215, signal.aborted ? 'The DRS server is too slow.' : 'The DRS server gave no JSON.')
  }
}

/** `Name: value` each. */
function headersOf(lines: string[]): { [name: string]: string } {
  return Object.fromEntries(
    lines.flatMap(line => {
      const [, name, value] = /^([A-Za-z0-9-]+):\s*(.*)$/.exec(line) ?? []
      return name && value !== undefined ? [[name, value]] : []
    }),
  )
}
