import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { newSecret } from '../../ids.ts'
import { VolumeError } from './volume-store.ts'

const NAME = 'volume-key'
const [KEY, NONCE, TAG] = [32, 12, 16]

/**
 * Keeps the secrets of volumes. They lie in the database encrypted (AES-256-GCM, bound to the volume's id), their key in a
 * file of the data folder that only its owner may read: who has a copy of the database has no secret of it.
 */
export class Secrets {
  readonly #folder: string
  #key: Promise<Buffer> | undefined

  constructor(dataFolder: string) {
    this.#folder = dataFolder
  }

  async seal(volume: string, secrets: { [name: string]: string }): Promise<string> {
    const nonce = randomBytes(NONCE)
    const cipher = createCipheriv('aes-256-gcm', await this.#load(), nonce).setAAD(Buffer.from(volume))
    const text = Buffer.concat([cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64')
  }

  /** Rejects with VolumeError when they were sealed by another key. */
  async open(volume: string, sealed: string): Promise<{ [name: string]: string }> {
    const bytes = Buffer.from(sealed, 'base64')
    const key = await this.#load()
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE))
        .setAAD(Buffer.from(volume))
        .setAuthTag(bytes.subarray(NONCE, NONCE + TAG))
      const text = Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()])
      return JSON.parse(text.toString('utf8'))
    } catch {
      throw new VolumeError('out-of-reach', `this server can't read the credentials of the volume: give them again`)
    }
  }

  #load(): Promise<Buffer> {
    this.#key ??= loadKey(this.#folder).catch(error => {
      this.#key = undefined
      throw error
    })
    return this.#key
  }
}

/** Two processes or threads that need it first at the same time agree: the file comes whole, by one link. */
async function loadKey(folder: string): Promise<Buffer> {
  const path = join(folder, NAME)
  const key = await readFile(path).catch(() => undefined)
  if (key?.length === KEY) return key
  if (key) throw new Error(`${path} is no key: put the right one back from a backup`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const temporary = `${path}.${newSecret().slice(0, 16)}`
  const file = await open(temporary, 'wx', 0o600)
  try {
    await file.writeFile(randomBytes(KEY))
    await file.sync()
    await link(temporary, path).catch(error => {
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await file.close()
    await rm(temporary, { force: true })
  }
  return await readFile(path)
}
