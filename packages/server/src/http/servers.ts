import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, Server as SecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { LIMIT } from '../shutdown.ts'
import { refuseMalformed } from './plugins/errors.ts'
import type { Patience } from './plugins/limits.ts'
import type { Pair } from './tls/pair.ts'

/** Milliseconds between looks at who is late with the headers of a call. */
const LATE_CHECK = 2000
/** Milliseconds that a connection may wait for its next call. */
const KEEP_ALIVE = 72_000

/**
 * What calls come in by: http, https, or both. Each server is made here, so all that is set of one is set of the others,
 * and `close()` waits for the calls in flight on any of them and for nothing else: a connection on which no call is being
 * answered is cut at once, also one that never said anything or is in the middle of its handshake; the others when
 * their answer is out.
 */
export class Servers {
  readonly #patience: Patience
  readonly #servers: Server[] = []
  readonly #all = new Set<Socket>()
  /** connections on which nothing is being answered */
  readonly #idle = new Set<Socket>()
  /** connections whose handshake is not over, by their four numbers */
  readonly #inHandshake = new Map<string, Socket>()
  #closing = false
  #handler: RequestListener | undefined

  constructor(patience: Patience) {
    this.#patience = patience
  }

  /** The server of http that an application has at any rate, whether or not it listens. */
  main(handler: RequestListener): Server {
    this.#handler = handler
    return this.#trackConnections(createServer(this.#settings, handler))
  }

  /** Takes calls at a port (0: a free one), by https where there is a pair. Gives the port. */
  async listen({ host, port, pair }: { host: string; port: number; pair?: Pair | undefined }): Promise<number> {
    const own = pair && { cert: pair.cert, key: pair.key, handshakeTimeout: this.#patience.handshake }
    let bound = port
    // whoever says localhost means both
    const hosts = host === 'localhost' ? (await lookup(host, { all: true })).map(({ address }) => address) : [host]
    for (const [n, address] of [...new Set(hosts)].entries()) {
      const server = own
        ? createSecureServer({ ...this.#settings, ...own }, this.#handler)
        : createServer(this.#settings, this.#handler)
      server.listen({ host: address, port: bound })
      try {
        await once(server, 'listening')
      } catch (error) {
        if (n > 0) continue
        throw error
      }
      this.#trackConnections(server)
      bound = (server.address() as AddressInfo).port
    }
    return bound
  }

  /** Shows another certificate from the next connection on. */
  show({ cert, key }: Pair): void {
    for (const server of this.#servers) if (server instanceof SecureServer) server.setSecureContext({ cert, key })
  }

  /** @param limit milliseconds after which calls that are still in flight are cut: what clients go on to send or to fetch, too */
  async close(limit = LIMIT): Promise<void> {
    this.#closing = true
    const timer = setTimeout(() => {
      for (const socket of this.#all) socket.destroy()
    }, limit)
    const closed = this.#servers
      .filter(server => server.listening)
      .map(server => new Promise(resolve => server.close(resolve)))
    for (const socket of [...this.#idle, ...this.#inHandshake.values()]) socket.destroy()
    await Promise.all(closed)
    clearTimeout(timer)
  }

  get #settings() {
    const { headers } = this.#patience
    return {
      headersTimeout: headers,
      // bodies have their own limit, by route
      requestTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE,
      connectionsCheckingInterval: Math.min(LATE_CHECK, headers),
    }
  }

  #trackConnections(server: Server): Server {
    this.#servers.push(server)
    server.setTimeout(this.#patience.idle)
    server.on('clientError', (error, socket) => refuseMalformed(error, socket as Socket))
    if (server instanceof SecureServer) this.#trackHandshakes(server)
    server.on(server instanceof SecureServer ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#all.add(socket)
      this.#settle(socket)
      socket.once('close', () => {
        this.#all.delete(socket)
        this.#idle.delete(socket)
      })
    })
    server.on('request', ({ socket }: IncomingMessage, answer: ServerResponse) => {
      this.#idle.delete(socket)
      answer.once('close', () => this.#settle(socket))
    })
    return server
  }

  #settle(socket: Socket): void {
    if (this.#closing) socket.destroySoon()
    else if (!socket.destroyed) this.#idle.add(socket)
  }

  #trackHandshakes(server: SecureServer): void {
    server.on('connection', (socket: Socket) => {
      const name = nameOf(socket)
      if (this.#closing) socket.destroy()
      this.#inHandshake.set(name, socket)
      socket.once('close', () => this.#inHandshake.delete(name))
    })
    server.on('secureConnection', (socket: TLSSocket) => this.#inHandshake.delete(nameOf(socket)))
    // before the answer to what is no HTTP: there is nobody yet whom an answer could be sent to
    server.prependListener('tlsClientError', (_error, socket) => socket.destroy())
  }
}

function nameOf({ localAddress, localPort, remoteAddress, remotePort }: Socket): string {
  return [localAddress, localPort, remoteAddress, remotePort].join(' ')
}
