import { execFile, spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { cpuSeconds } from './measure.ts'
import type { Server } from './server.ts'

const MIB = 1024 * 1024
const PART = 32 * MIB

interface Rate {
  /** MiB a second */
  rate: number
  /** seconds of the server, where it was asked for */
  cpu: number
}

export interface Transfer {
  up: Rate
  down: Rate
  /** floor of the upload */
  copied: Rate
  /** floor of the download */
  cat: Rate
}

export async function transferRows(server: Server, size: number): Promise<string[][]> {
  const { up, down, copied, cat } = await transfer(server, size)
  const row = (name: string, figures: Rate, floor?: Rate) => [
    name,
    `${figures.rate.toFixed(0)} MiB/s`,
    floor
      ? `${(figures.rate / floor.rate).toFixed(2)} of its floor, ${figures.cpu.toFixed(1)} s CPU of the server`
      : '',
  ]
  return [
    row(`upload of ${size / MIB} MiB`, up, copied),
    row('floor: cp, sync, sha256sum', copied),
    row(`download of ${size / MIB} MiB`, down, cat),
    row('floor: cat through a pipe into a file', cat),
  ]
}

/** A file of `size` bytes up and down again, beside `cp` and `sha256sum` of the same bytes. */
export async function transfer(server: Server, size: number): Promise<Transfer> {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-transfer-'))
  try {
    const source = join(folder, 'source')
    await promisify(execFile)('dd', ['if=/dev/urandom', `of=${source}`, 'bs=1M', `count=${size / MIB}`, 'status=none'])
    const measured = async (body: () => Promise<unknown>, pid?: number) => {
      const before = pid ? cpuSeconds(pid) : 0
      const start = performance.now()
      await body()
      const seconds = (performance.now() - start) / 1000
      return { rate: size / MIB / seconds, cpu: pid ? cpuSeconds(pid) - before : 0 }
    }
    let id = ''
    const up = await measured(async () => {
      id = await upload(server, source, size)
    }, server.pid)
    const down = await measured(() => download(server, id, join(folder, 'back')), server.pid)
    await promisify(execFile)('cmp', [source, join(folder, 'back')])
    const copied = await measured(async () => {
      await promisify(execFile)('cp', [source, join(folder, 'copy')])
      await promisify(execFile)('sync', [join(folder, 'copy')])
      await promisify(execFile)('sha256sum', [join(folder, 'copy')])
    })
    const cat = await measured(async () => {
      const child = spawn('cat', [source], { stdio: ['ignore', 'pipe', 'inherit'] })
      await pipeline(child.stdout, createWriteStream(join(folder, 'cat')))
    })
    return { up, down, copied, cat }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function upload(server: Server, source: string, size: number): Promise<string> {
  const project = await server.call<{ id: string }>('POST', '/projects', { name: `transfer ${crypto.randomUUID()}` })
  const { upload_id, part_size } = await server.call<{ upload_id: string; part_size: number }>(
    'POST',
    '/upload/multipart',
    {
      project: project.id,
      name: 'big.bin',
      size,
      part_size: PART,
    },
  )
  const file = await open(source)
  const count = Math.ceil(size / part_size)
  let next = 1
  const send = async () => {
    for (let number = next++; number <= count; number = next++) {
      const bytes = Buffer.alloc(Math.min(part_size, size - (number - 1) * part_size))
      await file.read(bytes, 0, bytes.length, (number - 1) * part_size)
      const { url } = await server.call<{ url: string }>('GET', `/upload/multipart/${upload_id}/part/${number}`)
      const answer = await fetch(url, { method: 'PUT', body: bytes })
      await answer.text()
      const report = { part_number: number, response: { headers: { ETag: answer.headers.get('etag') } } }
      await server.call('POST', `/upload/multipart/${upload_id}/part`, report)
    }
  }
  await Promise.all([send(), send(), send(), send()])
  await file.close()
  return (await server.call<{ id: string }>('POST', `/upload/multipart/${upload_id}/complete`)).id
}

async function download(server: Server, id: string, path: string): Promise<void> {
  const { url } = await server.call<{ url: string }>('GET', `/files/${id}/download_info`)
  const answer = await fetch(url)
  await pipeline(answer.body!, createWriteStream(path))
}
