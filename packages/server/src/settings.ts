import type { Prices } from './domain/prices.ts'
import type { Limits } from './limits/limits.ts'

/** What the operator decides. */
export interface ServerSettings {
  /** the folder of uploads on their way; on the store's file system, so that a finished one is taken over by rename */
  uploadsFolder: string
  /** the address that clients use, with or without `/v2`; it wins over what a request says */
  publicUrl?: string
  /** networks of the proxies whose X-Forwarded-Proto and X-Forwarded-Host are believed, as CIDR */
  trustProxy?: string[]
  /**
   * browsers that came by https are told to come so for a year, to any port of this host: not where http is served too, nor for
   * a certificate of our own. True when not given
   */
  strictTransport?: boolean
  /** calls a user may make in a window of so many seconds */
  rateLimit?: { limit: number; window: number }
  /** origins whose pages may call, such as `https://lab.example.org`; `*` is every one */
  corsOrigins?: string[]
  /** how long clients are waited for, in milliseconds, where it is not the usual */
  patience?: { handshake?: number; headers?: number; body?: number; idle?: number }
  /** jobs may use the network where their tool asks and their project allows it */
  allowNetwork?: boolean
  /** other processes may serve from the same database: what they run is left to them until its lease is over */
  shared?: boolean
  /** what is asked for what was used; nothing when not given */
  prices?: Prices
  /** hosts that imports by DRS fetch from (`host`, `host:port`, `*.domain`, with `http://` before it over http); none */
  allowDrsHosts?: string[] | undefined
  /** downloads of files on a bucket go to the bucket itself, by an address that works for some minutes */
  redirectDownloads?: boolean
  /** budgets and limits, where they are not the usual */
  limits?: Partial<Limits> | undefined
}
