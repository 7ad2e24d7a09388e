import type { FileHandle } from 'node:fs/promises'
import { pipeline, type Readable, Transform, type TransformCallback } from 'node:stream'
import { etagOf } from './local-names.ts'
import { VolumeError } from './volume-store.ts'

/**
 * The bytes of a file of a folder, whole or in part, as they were at one time: when the last of them was read the file is looked at
 * again, and where it was written to meanwhile the stream ends with VolumeError `changed`. What is hashed or copied is so one file, and
 * never half of one and half of another. Closes the file.
 */
export function readUnchanged(file: FileHandle, etag: string, range: { start?: number; end?: number }): Readable {
  const bytes = file.createReadStream({ ...range, highWaterMark: 256 * 1024, autoClose: false })
  const checked = new Checked(file, etag)
  // whoever reads is told by `checked`
  pipeline(bytes, checked, () => undefined)
  return checked
}

class Checked extends Transform {
  readonly #file: FileHandle
  readonly #etag: string

  constructor(file: FileHandle, etag: string) {
    super({ highWaterMark: 256 * 1024 })
    this.#file = file
    this.#etag = etag
  }

  override _transform(chunk: Uint8Array, _encoding: string, done: TransformCallback): void {
    done(null, chunk)
  }

  override _flush(done: TransformCallback): void {
    this.#file.stat({ bigint: true }).then(stats => {
      const isSame = etagOf(stats) === this.#etag
      done(isSame ? null : new VolumeError('changed', 'the file was written to while it was read'))
    }, done)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#file.close().then(
      () => done(error),
      closing => done(error ?? closing),
    )
  }
}
