import { request } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'
import type { Aside, AsideCall } from './guard-messages.ts'

/** The thread of `aside`: sends the calls all at once, counts the bytes of each answer and keeps its beginning. */
const { calls, token } = workerData as { calls: AsideCall[]; token: string }
const KEPT = 100_000

function sent({ url, method = 'GET', body, headers = {} }: AsideCall): Promise<Aside> {
  const began = performance.now()
  const payload = body === undefined ? undefined : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  return new Promise(resolve => {
    const end = (status: number, bytes: number, start: string) =>
      resolve({ status, bytes, start, ms: performance.now() - began })
    const length = payload === undefined ? {} : { 'Content-Length': payload.length }
    const call = request(url, { method, agent: false, headers: { 'X-SBG-Auth-Token': token, ...length, ...headers } })
    call.on('response', answer => {
      let bytes = 0
      let start = ''
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (start.length < KEPT) start += chunk.toString('latin1').slice(0, KEPT - start.length)
      })
      answer.on('error', error => end(0, bytes, String(error)))
      answer.on('end', () => end(answer.statusCode ?? 0, bytes, start))
    })
    call.on('error', error => end(0, 0, String(error)))
    call.end(payload)
  })
}

parentPort!.postMessage(await Promise.all(calls.map(sent)))
