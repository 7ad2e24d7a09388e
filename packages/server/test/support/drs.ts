import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A small DRS server (GA4GH DRS v1), over http. */
export interface DrsServer {
  host: string
  /** what it knows: an object as the specification has it, or a status to answer with */
  objects: { [id: string]: object | number }
  /** bytes, and what must stand in Authorization to get them */
  data: { [path: string]: { bytes: Buffer; authorization?: string } | string }
  /** paths that were asked for */
  asked: string[]
  close(): Promise<void>
}

export async function startDrs(): Promise<DrsServer> {
  const drs: Pick<DrsServer, 'objects' | 'data' | 'asked'> = { objects: {}, data: {}, asked: [] }
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '')
    drs.asked.push(path)
    const [, id, access] = /^\/ga4gh\/drs\/v1\/objects\/(.+?)(?:\/access\/(.+))?$/.exec(path) ?? []
    if (id !== undefined) {
      const found = drs.objects[id] ?? 404
      response.statusCode = typeof found === 'number' ? found : 200
      const address = access && {
        url: `http://${request.headers.host}${access}`,
        headers: ['Authorization: Basic c2Vz'],
      }
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(address ?? found))
      return
    }
    const found = drs.data[path]
    if (typeof found === 'string') return response.writeHead(302, { Location: found }).end()
    const allowed =
      found && (found.authorization === undefined || found.authorization === request.headers.authorization)
    response.statusCode = found ? (allowed ? 200 : 403) : 404
    response.end(allowed ? found.bytes : '')
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  return {
    ...drs,
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise(done => server.close(() => done())),
  }
}

/** An object with its bytes behind an address. */
export function drsFile(id: string, name: string, data: string, url: string, more: object = {}) {
  const bytes = Buffer.from(data)
  const checksums = [
    { type: 'md5', checksum: createHash('md5').update(bytes).digest('hex') },
    { type: 'sha-256', checksum: createHash('sha256').update(bytes).digest('hex') },
  ]
  return { id, name, size: bytes.length, checksums, access_methods: [{ type: 'https', access_url: { url } }], ...more }
}
