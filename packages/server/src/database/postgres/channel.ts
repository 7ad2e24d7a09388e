import { setTimeout as pause } from 'node:timers/promises'
import { Kysely } from 'kysely'
import pg from 'pg'
import { DatabaseError, NO_CONNECTION } from '../errors.ts'
import type { Schema } from '../schema.ts'
import { CHANNEL } from './announce.ts'
import { connectionTo } from './connect.ts'
import { ClientConnection } from './connection.ts'
import { plainDialect } from './dialect.ts'

/** Milliseconds after which an answer counts as lost, and the connection with it. */
const PATIENCE = 5_000
/** Milliseconds between two attempts to connect. */
const LONGEST_PAUSE = 1_000

export interface ChannelOptions {
  url: string
  /** what somebody said, maybe this process itself */
  heard(message: string): void
  /** a connection has come about, the first one too: what was said before was not heard */
  connected(): void
}

/** A connection of its own that listens, and is made again when it is lost. */
export class Channel {
  /** Statements on this connection; they fail at once while there is none. */
  readonly db: Kysely<Schema>
  readonly #options: ChannelOptions
  readonly #closing = new AbortController()
  readonly #ended: Promise<void>
  #client: pg.Client | undefined
  #drop = () => {}

  constructor(options: ChannelOptions) {
    this.#options = options
    const connection = new ClientConnection(
      () => {
        if (!this.#client) throw new DatabaseError('there is no connection to the database', NO_CONNECTION)
        return this.#client
      },
      () => this.#drop(),
    )
    this.db = new Kysely<Schema>({ dialect: plainDialect(connection) })
    // one for all connections: each of them would leave its own behind
    this.#closing.signal.addEventListener('abort', () => this.#drop(), { once: true })
    this.#ended = this.#keepConnected()
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#ended
  }

  async #keepConnected(): Promise<void> {
    const { signal } = this.#closing
    for (let wait = 50; !signal.aborted; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
      if (await this.#listen()) wait = 50
      // it rejects when the channel is closed, which ends the loop
      await pause(wait, undefined, { signal }).catch(() => undefined)
    }
  }

  /** Resolves when the connection is lost, with true if there had been one. */
  async #listen(): Promise<boolean> {
    const client = new pg.Client({
      ...connectionTo(this.#options.url),
      application_name: 'reprise worker',
      connectionTimeoutMillis: PATIENCE,
      query_timeout: PATIENCE,
    })
    const lost = new Promise<void>(resolve => {
      client.on('error', () => resolve())
      client.on('end', () => resolve())
      this.#drop = resolve
    })
    try {
      await client.connect()
      client.on('notification', ({ payload = '' }) => this.#options.heard(payload))
      await client.query(`listen ${CHANNEL}`)
      this.#client = client
      this.#options.connected()
      await lost
      return true
    } catch {
      // it is tried again; whoever asks on this connection meanwhile is told that there is none
      return false
    } finally {
      this.#client = undefined
      // it is lost or given up: an answer to the farewell makes no difference
      client.end().catch(() => undefined)
    }
  }
}
