import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, type Client, requestBy as request, startApi, trusted } from '../support/api.ts'

/** Milliseconds; a living transfer sends a byte well within `idle`. */
const PATIENCE = { handshake: 3000, headers: 400, body: 800, idle: 600 }
const PACE = 100
/** after each 64 KiB of a download: a kernel tells its sender of progress in steps of about a megabyte */
const PAUSE = 8

describe.each(['http', 'https'] as const)('by %s', scheme => {
  let api: Api
  let kim: Client
  let port: number

  beforeAll(async () => {
    api = await startApi({ patience: PATIENCE }, {}, {}, scheme)
    kim = await api.user('kim')
    port = Number(new URL(api.base).port)
  })
  afterAll(() => api.close())

  /** Sends `head`, then one byte at a time for ever; resolves with what was answered when the connection is cut. */
  async function drip(head: string, byte: string): Promise<string> {
    const socket = await open()
    let received = ''
    socket.on('data', data => {
      received += data
    })
    socket.on('error', () => undefined)
    socket.write(head)
    const timer = setInterval(() => socket.write(byte), PACE)
    await once(socket, 'close')
    clearInterval(timer)
    return received
  }

  test('headers that never end are cut', async () => {
    const answer = await drip('GET /v2/user HTTP/1.1\r\nHost: x\r\n', 'X-a: b\r\n')
    expect(answer).toContain('HTTP/1.1 408')
    expect(answer).toContain('"status":408')
  })

  test('a body that never ends is cut', async () => {
    const head = `POST /v2/projects HTTP/1.1\r\nHost: x\r\nX-SBG-Auth-Token: ${kim.token}\r\nContent-Length: 1000\r\n\r\n`
    const answer = await drip(head, ' ')
    expect(answer).toContain('HTTP/1.1 408')
    expect(answer).toContain('"status":408')
  })

  test('a body without a token is not waited for', async () => {
    const head = 'POST /v2/projects HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n'
    expect(await drip(head, ' ')).toContain('HTTP/1.1 401')
  })

  /** A connection over which calls can be made. */
  async function open(): Promise<Socket> {
    const secure = scheme === 'https'
    const socket = secure ? connectSecurely({ host: '127.0.0.1', port, ca: trusted }) : connect(port, '127.0.0.1')
    await once(socket, secure ? 'secureConnect' : 'connect')
    return socket
  }

  test('a connection that says nothing is cut, also before a handshake', async () => {
    const greeted = await open()
    greeted.on('error', () => undefined)
    greeted.resume()
    await once(greeted, 'close')
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.resume()
    await once(socket, 'close')
  })

  test('an upload that is slow but alive is taken; one that stops is cut', async () => {
    const project = await kim.project('Slow')
    const size = (3 * PATIENCE.idle) / PACE
    const upload = (await kim.post('/upload/multipart', { project, name: 'slow', size })).body
    const { url } = (await kim.get(`${upload.href}/part/1`)).body
    const put = (bytes: number) => {
      const call = request(url, { method: 'PUT', agent: false, headers: { 'Content-Length': size } })
      let sent = 0
      const timer = setInterval(() => {
        if (sent++ < bytes) call.write('x')
        else if (bytes === size) call.end()
      }, PACE)
      return new Promise<number>(resolve => {
        call.on('response', answer => resolve(answer.resume().statusCode ?? 0))
        call.on('error', () => resolve(-1))
      }).finally(() => clearInterval(timer))
    }
    expect(await put(2)).not.toBe(200)
    expect(await put(size)).toBe(200)
  })

  test('a download that is slow but alive comes whole', async () => {
    const project = await kim.project('Downloads')
    const bytes = Buffer.alloc(24 * 2 ** 20, 'a')
    const file = await kim.upload({ project }, 'large', bytes)
    const { url } = (await kim.get(`/files/${file}/download_info`)).body
    const began = performance.now()
    const received = await new Promise<number>((resolve, reject) => {
      const call = request(url, { agent: false }, answer => {
        let count = 0
        answer.on('data', chunk => {
          count += chunk.length
          answer.pause()
          setTimeout(() => answer.resume(), (PAUSE * chunk.length) / 2 ** 16)
        })
        answer.on('end', () => resolve(count))
        answer.on('error', reject)
      })
      call.on('error', reject)
      call.end()
    })
    expect(received).toBe(bytes.length)
    expect(performance.now() - began).toBeGreaterThan(PATIENCE.idle)
  })
})
