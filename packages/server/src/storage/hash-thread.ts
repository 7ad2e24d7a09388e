import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'

export interface HashRequest {
  call: number
  path: string
  algorithm: 'sha256' | 'md5'
}

export type HashAnswer = { call: number; hash: string } | { call: number; error: string }

const buffer = Buffer.allocUnsafe(1024 * 1024)

parentPort?.on('message', ({ call, path, algorithm }: HashRequest) => {
  try {
    parentPort?.postMessage({ call, hash: hash(path, algorithm) } satisfies HashAnswer)
  } catch (error) {
    parentPort?.postMessage({ call, error: String(error) } satisfies HashAnswer)
  }
})

function hash(path: string, algorithm: HashRequest['algorithm']): string {
  const result = createHash(algorithm)
  const file = openSync(path, 'r')
  try {
    for (;;) {
      const length = readSync(file, buffer)
      if (length === 0) return result.digest('hex')
      result.update(buffer.subarray(0, length))
    }
  } finally {
    closeSync(file)
  }
}
