import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Upload {
  name: string
  size: number
  parts: Map<number, { bytes: Buffer; etag: string; reported: boolean }>
}

/** A server of files that takes the multipart protocol by its letter and answers 400 to whatever departs from it. */
export interface StrictServer {
  url: string
  /** completed files by id */
  files: Map<string, { name: string; bytes: Buffer }>
  /** sizes of the parts of the last completed upload, in order */
  layout: number[]
  /** uploads that were neither completed nor aborted */
  open: Map<string, Upload>
  /** answers of its own, tried first; true when one was given */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean
  close(): Promise<void>
}

export const token = 'a-token'

export async function startStrictServer(partSize: number): Promise<StrictServer> {
  const http = createServer(async (request, response) => {
    if (server.intercept(request, response)) return
    const body = Buffer.concat(await request.toArray())
    const path = new URL(request.url!, server.url).pathname
    try {
      const [status, answer, headers] = route(request, path, body)
      response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(answer) }).end(answer)
    } catch (error) {
      const message = JSON.stringify({ status: 400, code: 8014, message: String(error), more_info: '' })
      response.writeHead(400, { 'content-type': 'application/json' }).end(message)
    }
  })
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve))
  const server: StrictServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v2`,
    files: new Map(),
    layout: [],
    open: new Map(),
    intercept: () => false,
    close: async () => {
      http.closeAllConnections()
      await new Promise(resolve => http.close(resolve))
    },
  }

  type Answer = [status: number, body: string | Buffer, headers?: Record<string, string>]

  function route(request: IncomingMessage, path: string, body: Buffer): Answer {
    const call = `${request.method} ${path}`
    const signed = /^(PUT|GET) \/bytes\/(\w+)(?:\/(\d+))?$/.exec(call)
    if (signed) {
      must(request.headers['x-sbg-auth-token'] === undefined, 'a signed address gets no token')
      return signed[1] === 'PUT' ? put(request, signed[2]!, Number(signed[3]), body) : range(request, signed[2]!)
    }
    must(request.headers['x-sbg-auth-token'] === token, 'the token is wrong')
    const [, part] = /^GET \/v2\/upload\/multipart\/\w+\/part\/(\d+)$/.exec(call) ?? []
    const [, id] = /^\w+ \/v2\/(?:upload\/multipart|files)\/(\w+)/.exec(call) ?? []
    if (call === 'POST /v2/upload/multipart') return init(JSON.parse(body.toString()))
    if (call === `DELETE /v2/upload/multipart/${id}`) return [server.open.delete(id!) ? 204 : 404, '']
    if (part) return json(200, { method: 'PUT', url: `${server.url.slice(0, -3)}/bytes/${id}/${part}`, headers: {} })
    if (call === `POST /v2/upload/multipart/${id}/part`) return report(id!, JSON.parse(body.toString()))
    if (call === `POST /v2/upload/multipart/${id}/complete`) return complete(id!)
    if (call === `GET /v2/files/${id}/download_info`)
      return json(200, { url: `${server.url.slice(0, -3)}/bytes/${id}` })
    throw new Error(`no such call: ${call}`)
  }

  function init({ project, parent, name, size }: Record<string, unknown>): Answer {
    must((typeof project === 'string') !== (typeof parent === 'string'), 'one of project and parent')
    must(typeof name === 'string' && !name.includes('/'), 'name')
    must(Number.isInteger(size), 'size')
    const id = `up${server.open.size}`
    server.open.set(id, { name: String(name), size: Number(size), parts: new Map() })
    return json(201, { upload_id: id, part_size: partSize, parallel_uploads: true })
  }

  function put(request: IncomingMessage, id: string, number: number, bytes: Buffer): Answer {
    must(request.headers['content-length'] === String(bytes.length), 'content-length')
    const etag = createHash('md5').update(bytes).digest('hex')
    server.open.get(id)!.parts.set(number, { bytes, etag, reported: false })
    return [200, '', { etag: `"${etag}"` }]
  }

  function report(id: string, { part_number: number, response }: { part_number: number; response: Reported }): Answer {
    const part = server.open.get(id)!.parts.get(number)
    must(part !== undefined && part.etag === response.headers.ETag, `the ETag of part ${number}`)
    part!.reported = true
    return [200, '']
  }

  function complete(id: string): Answer {
    const upload = server.open.get(id)!
    const parts = [...upload.parts].sort(([a], [b]) => a - b)
    must(
      parts.every(([number, part], i) => number === i + 1 && part.reported),
      'parts without gaps, all reported',
    )
    const bytes = Buffer.concat(parts.map(([, part]) => part.bytes))
    must(bytes.length === upload.size, 'the declared size')
    server.layout = parts.map(([, part]) => part.bytes.length)
    server.open.delete(id)
    const file = String(server.files.size).padStart(24, '0')
    server.files.set(file, { name: upload.name, bytes })
    return json(201, { id: file, name: upload.name, type: 'file', size: bytes.length, project: 'a/b' })
  }

  function range(request: IncomingMessage, id: string): Answer {
    const { bytes } = server.files.get(id)!
    const [, start] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? []
    if (start === undefined) return [200, bytes]
    const headers = { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }
    return [206, bytes.subarray(Number(start)), headers]
  }

  return server
}

interface Reported {
  headers: { ETag: string }
}

const json = (status: number, body: unknown): [number, string, Record<string, string>] => [
  status,
  JSON.stringify(body),
  { 'content-type': 'application/json' },
]

function must(condition: boolean, rule: string): void {
  if (!condition) throw new Error(`the rule was broken: ${rule}`)
}
