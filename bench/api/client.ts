import { connect, type Socket } from 'node:net'

/** An answer; its body is text only when it is asked for. */
export interface Answer {
  status: number
  body: Buffer
}

/**
 * A connection that makes one call after the other: the least that a client can cost, so that it is the server which is
 * measured. It reads answers with a Content-Length, or with none and no body.
 */
export class Connection {
  readonly #socket: Socket
  readonly #head: string
  #received: Buffer = Buffer.alloc(0)
  #waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined

  constructor(url: string, token: string) {
    const { hostname, port, host } = new URL(url)
    this.#head = `Host: ${host}\r\nX-SBG-Auth-Token: ${token}\r\n`
    this.#socket = connect({ host: hostname, port: Number(port), noDelay: true })
    this.#socket.on('data', bytes => this.#take(bytes))
    this.#socket.on('error', error => this.#fail(error))
    this.#socket.on('close', () => this.#fail(new Error('the server closed the connection')))
  }

  /** @param path from the root, with `/v2` */
  call(method: string, path: string, body?: string): Promise<Answer> {
    const length = body === undefined ? 0 : Buffer.byteLength(body)
    const type = body === undefined ? '' : 'Content-Type: application/json\r\n'
    const size = method === 'GET' ? '' : `Content-Length: ${length}\r\n`
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket.write(`${method} ${path} HTTP/1.1\r\n${this.#head}${type}${size}\r\n${body ?? ''}`)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes])
    const end = this.#received.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = this.#received.toString('latin1', 0, end)
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
    if (this.#received.length < end + 4 + length) return
    const body = this.#received.subarray(end + 4, end + 4 + length)
    this.#received = this.#received.subarray(end + 4 + length)
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.resolve({ status: Number(head.slice(9, 12)), body })
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error)
    this.#waiting = undefined
  }
}
