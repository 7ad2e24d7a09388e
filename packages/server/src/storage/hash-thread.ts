/**
 * Hashes files. Each user has a row of files; in turn, one slice of the first file of each row is hashed, so that a small file
 * waits for one slice of every other user and never for a whole file. Messages are taken between two slices.
 */
import { createHash, type Hash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'

export interface HashRequest {
  call: number
  path: string
  algorithm: 'sha256' | 'md5'
  /** in whose turns */
  user: string
}

export type HashAnswer = { call: number; hash: string } | { call: number; error: string }

/** Of a slice, bytes and, where the disk is slow, milliseconds. */
const SLICE = 16 * 2 ** 20
const LONGEST = 100

interface Begun {
  hash: Hash
  file: number
}

const buffer = Buffer.allocUnsafe(1024 * 1024)
/** The user whose turn is next comes first. */
const rows = new Map<string, { request: HashRequest; begun?: Begun }[]>()
let working = false

parentPort?.on('message', (request: HashRequest) => {
  const row = rows.get(request.user)
  if (row) row.push({ request })
  else rows.set(request.user, [{ request }])
  if (!working) work()
})

function work(): void {
  const [user, row] = rows.entries().next().value ?? []
  working = user !== undefined
  if (user === undefined || row === undefined) return
  rows.delete(user)
  const answer = slice(row[0]!)
  if (answer) {
    row.shift()
    parentPort?.postMessage(answer)
  }
  if (row.length > 0) rows.set(user, row)
  setImmediate(work)
}

/** One slice; the answer when it was the last. */
function slice(item: { request: HashRequest; begun?: Begun }): HashAnswer | undefined {
  const { call, path, algorithm } = item.request
  try {
    item.begun ??= { hash: createHash(algorithm), file: openSync(path, 'r') }
    const { hash, file } = item.begun
    const until = performance.now() + LONGEST
    for (let done = 0; done < SLICE && performance.now() < until; ) {
      const length = readSync(file, buffer)
      if (length === 0) {
        closeSync(file)
        return { call, hash: hash.digest('hex') }
      }
      hash.update(length === buffer.length ? buffer : buffer.subarray(0, length))
      done += length
    }
    return undefined
  } catch (error) {
    if (item.begun) closeSync(item.begun.file)
    return { call, error: String(error) }
  }
}
