import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

/**
 * The server's OpenAPI document, as what every answer has to keep to: its status is listed for the operation, its body has
 * the form of that status and fits the schema. A call whose schema is `anyOf` two, all of an object and what `fields` leaves
 * of it, has to give all of it when it is not asked for fields. What no operation knows is answered with 404 or 405.
 */
export class ApiDocument {
  readonly operations: Operation[]
  readonly #document: OpenApi
  readonly #ajv: Ajv2020
  readonly #validators = new Map<string, ValidateFunction>()

  constructor(document: OpenApi) {
    this.#document = document
    this.#ajv = new Ajv2020({ strict: false, allErrors: false })
    formats.default(this.#ajv)
    this.#ajv.addSchema(document, 'api')
    this.operations = Object.entries(document.paths)
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, inner]) => this.#operation(path, method, inner)),
      )
      .sort((a, b) => (a.order < b.order ? -1 : 1))
  }

  /** What is wrong with an answer; undefined when nothing is. `target` is the path below the base address, with its query. */
  problem(method: string, target: string, answer: Answered): string | undefined {
    const [path = '', query = ''] = target.split('?', 2)
    const bare = `/${path.split('/').filter(Boolean).join('/')}`
    const known = this.operations.filter(({ pattern }) => pattern.test(bare))
    const asked = method === 'HEAD' ? 'GET' : method
    const operation = known.find(one => one.method === asked)
    if (method === 'OPTIONS' && answer.status === 204) return undefined
    if (!operation)
      return this.#refused(known.length > 0 ? [405, 400, 401, 429, 431] : [404, 400, 401, 429, 431], answer, method)
    const response = operation.responses[answer.status]
    if (!response) return `${operation.id}: the status ${answer.status} is not listed`
    const media = response.content ? Object.keys(response.content)[0]! : undefined
    if (method === 'HEAD' || media === undefined) {
      return answer.bytes.length === 0 ? undefined : `${operation.id}: ${answer.status} has no body, but here it has`
    }
    const type = String(answer.headers['content-type'] ?? '')
    if (!type.startsWith(media.replace(/\*$/, '')))
      return `${operation.id}: ${answer.status} came as ${type}, not ${media}`
    if (media !== 'application/json') return undefined
    const selects = operation.selectable && /(^|&)fields=/.test(query)
    const wanted = operation.selectable && response.choices && !selects ? '/anyOf/0' : ''
    return this.#misfit(`${response.pointer}/content/application~1json/schema${wanted}`, answer, operation.id)
  }

  #refused(statuses: number[], answer: Answered, method: string): string | undefined {
    if (!statuses.includes(answer.status)) return `no operation, and the status is ${answer.status}`
    return method === 'HEAD' ? undefined : this.#misfit('/components/schemas/Error', answer, 'no operation')
  }

  #misfit(pointer: string, answer: Answered, where: string): string | undefined {
    let validate = this.#validators.get(pointer)
    if (!validate) {
      validate = this.#ajv.compile({ $ref: `api#${encodeURI(pointer)}` })
      this.#validators.set(pointer, validate)
    }
    if (validate(answer.body)) return undefined
    const text = JSON.stringify(answer.body).slice(0, 600)
    return `${where}: ${answer.status} does not fit: ${this.#ajv.errorsText(validate.errors)} in ${text}`
  }

  #operation(path: string, method: string, inner: Inner): Operation {
    const parameters = inner.parameters.map(one => this.#follow<Parameter>(one))
    return {
      id: inner.operationId,
      method: method.toUpperCase(),
      path,
      order: path.replaceAll('{', '\uffff'),
      pattern: new RegExp(`^${path === '/' ? '/' : path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
      parameters,
      selectable: parameters.some(parameter => parameter.name === 'fields'),
      body: inner.requestBody?.content,
      responses: Object.fromEntries(
        Object.entries(inner.responses).map(([status, given]) => {
          const response = this.#follow<{ content?: Content }>(given)
          const own = `/paths/${path.replaceAll('/', '~1')}/${method}/responses/${status}`
          const pointer = typeof given.$ref === 'string' ? given.$ref.slice(1) : own
          const choices = response.content?.['application/json']?.schema.anyOf !== undefined
          return [status, { content: response.content, pointer, choices }]
        }),
      ),
    }
  }

  #follow<T>(value: unknown): T {
    const { $ref } = value as { $ref?: string }
    if ($ref === undefined) return value as T
    const names = $ref.split('/').slice(1)
    return names.reduce<unknown>((inner, name) => (inner as { [name: string]: unknown })[name], this.#document) as T
  }
}

export interface Answered {
  status: number
  headers: { [name: string]: unknown }
  bytes: Buffer
  body: unknown
}

export type Schema = { [keyword: string]: unknown }
export type Content = { [media: string]: { schema: Schema } }

export interface Parameter {
  name: string
  in: string
  required?: boolean
  schema: Schema
}

export interface Operation {
  id: string
  method: string
  path: string
  /** paths with names come after those that are written out */
  order: string
  pattern: RegExp
  parameters: Parameter[]
  /** takes `fields` */
  selectable: boolean
  body: Content | undefined
  responses: { [status: string]: { content: Content | undefined; pointer: string; choices: boolean } }
}

interface Inner {
  operationId: string
  parameters: unknown[]
  requestBody?: { content: Content }
  responses: { [status: string]: { $ref?: string } }
}

export interface OpenApi {
  paths: { [path: string]: { [method: string]: Inner } }
}
