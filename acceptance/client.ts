import { call, expected, hasEnded, until } from './call.ts'
import type { Answer, Json } from './exchange.ts'
import type { Server } from './server.ts'

/** A plain client of one user, for tests that are about the server and not about a client's habits. */
export class Client {
  readonly base: string
  readonly token: string

  constructor(server: Server, token = server.token) {
    this.base = server.url
    this.token = token
  }

  /** A string is sent as it is, anything else as JSON; the path may be an href. */
  ask = (method: string, path: string, body?: unknown): Promise<Answer> => {
    const headers = { 'X-SBG-Auth-Token': this.token, 'Content-Type': 'application/json' }
    const raw = typeof body === 'string' ? body : JSON.stringify(body)
    const url = path.startsWith('http') ? path : this.base + path
    return call(url, { method, headers, ...(raw === undefined ? {} : { raw }) })
  }

  get = async (path: string): Promise<Json> => (await expected(this.ask('GET', path), 200)).body

  post = async (path: string, body?: unknown): Promise<Json> =>
    (await expected(this.ask('POST', path, body), 200, 201)).body

  patch = async (path: string, body: unknown): Promise<Json> =>
    (await expected(this.ask('PATCH', path, body), 200)).body

  replace = async (path: string, body: unknown): Promise<Json> =>
    (await expected(this.ask('PUT', path, body), 200)).body

  delete = async (path: string): Promise<void> => {
    await expected(this.ask('DELETE', path), 204)
  }

  wait = (task: Json): Promise<Json> => until(() => this.get(task.href), hasEnded)

  /** Puts one part of an upload; gives its ETag. */
  async put(upload: Json, number: number, bytes: string): Promise<string> {
    const { url } = await this.get(`${upload.href}/part/${number}`)
    return String((await expected(call(url, { method: 'PUT', raw: bytes }), 200)).headers.etag)
  }

  report = (upload: Json, number: number, ETag: string): Promise<Answer> =>
    this.ask('POST', `${upload.href}/part`, { part_number: number, response: { headers: { ETag } } })

  /** Uploads a small file into a folder. */
  async upload(parent: string, name: string, bytes: string): Promise<Json> {
    const begun = await this.post('/upload/multipart', { parent, name, size: Buffer.byteLength(bytes) })
    await expected(this.report(begun, 1, await this.put(begun, 1, bytes)), 200)
    return this.post(`${begun.href}/complete`)
  }

  /** The text of a file that a value names. */
  async read(value: unknown): Promise<string> {
    const { path } = value as Json
    const { url } = await this.get(`/files/${path}/download_info`)
    return (await expected(call(url), 200)).bytes.toString()
  }

  /** Posts an app and runs a task of it to its end. */
  async run(project: Json, name: string, document: object, inputs: object): Promise<Json> {
    const raw = await this.post(`/apps/${project.id}/${name}/raw`, document)
    const body = { name, project: project.id, app: raw['sbg:id'], inputs }
    return this.wait(await this.post('/tasks?action=run', body))
  }
}

export const file = ({ id }: Json) => ({ class: 'File', path: id })
