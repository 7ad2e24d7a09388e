import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'

export interface HashRequest {
  call: number
  path: string
}

export type HashAnswer = { call: number; sha256: string } | { call: number; error: string }

const buffer = Buffer.allocUnsafe(1024 * 1024)

parentPort?.on('message', ({ call, path }: HashRequest) => {
  try {
    parentPort?.postMessage({ call, sha256: hash(path) } satisfies HashAnswer)
  } catch (error) {
    parentPort?.postMessage({ call, error: String(error) } satisfies HashAnswer)
  }
})

function hash(path: string): string {
  const sha256 = createHash('sha256')
  const file = openSync(path, 'r')
  try {
    for (;;) {
      const length = readSync(file, buffer)
      if (length === 0) return sha256.digest('hex')
      sha256.update(buffer.subarray(0, length))
    }
  } finally {
    closeSync(file)
  }
}
