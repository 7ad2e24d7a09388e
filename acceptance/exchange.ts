import type { IncomingHttpHeaders } from 'node:http'

/** The body of an answer; keys that tests look into have their types, whether or not they are there. */
export interface Json {
  [key: string]: unknown
  items: Json[]
  links: { href: string; rel: string; method: string }[]
  href: string
  id: string
  name: string
  status: string
  message: string
  project: string
  app: string
  url: string
  upload_id: string
  part_size: number
  root_folder: string
  batch: boolean
  inputs: Json
  outputs: Json
  errors: Json[]
  jobs: Json[]
  logs: { [name: string]: string }
  raw: Json
  path: string
  'sbg:id': string
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  bytes: Buffer
  body: Json
}

export interface Sent {
  method?: string
  headers?: { [name: string]: string }
  /** sent as it is */
  raw?: string | Buffer
}
