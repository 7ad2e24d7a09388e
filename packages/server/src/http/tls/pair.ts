import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'

/** A certificate, with those that lead from it to an authority, and its private key; both as PEM. */
export interface Pair {
  cert: string
  key: string
  /** milliseconds since the epoch */
  validUntil: number
}

/** Reads a pair from files. Throws an Error that names the file and what is wrong with it. */
export async function readPair(certFile: string, keyFile: string): Promise<Pair> {
  const [cert, key] = await Promise.all([read(certFile), read(keyFile)])
  const certificate = attempt(`${certFile} has no certificate in PEM`, () => new X509Certificate(cert))
  if (/ENCRYPTED/.test(key)) throw new Error(`the key in ${keyFile} has a passphrase: write it without one`)
  const privateKey = attempt(`${keyFile} has no private key in PEM`, () => createPrivateKey(key))
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new Error(`the key in ${keyFile} is not that of the first certificate in ${certFile}`)
  }
  attempt(`${certFile} and ${keyFile} are not taken`, () => createSecureContext({ cert, key }))
  return { cert, key, validUntil: Date.parse(certificate.validTo) }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new Error(`${file} can't be read: ${(error as Error).message}`)
  }
}

function attempt<T>(trouble: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw new Error(`${trouble}: ${(error as Error).message}`)
  }
}
