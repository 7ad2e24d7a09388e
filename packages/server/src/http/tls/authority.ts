import 'reflect-metadata'
import { createPrivateKey, createPublicKey, randomBytes, webcrypto } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'
import type { Names } from './names.ts'
import type { Pair } from './pair.ts'

/**
 * A small authority of one server, for certificates that its own clients trust:
 *
 * 1. It is made once, key and certificate in one file for the owner alone, by link: of several processes that start at the
 *    same time on one folder one makes it and the others take it.
 * 2. Its certificate lies beside it, for clients.
 * 3. Certificates of servers live in memory only: they are issued at a start, with a key of their own, and anew when time or
 *    names ask for it. A client that trusts the authority notices nothing.
 * 4. In its last year the authority's own certificate is written anew, with the same key and name: clients that have
 *    the old one go on until its end.
 */
export interface Authority {
  /** the file with the certificate that clients are to trust */
  file: string
  /** A certificate for these names and its key, valid for LIFETIME from a little before `now`. */
  issue(names: Names, now: number): Promise<Pair>
}

const DAY = 24 * 3600 * 1000
/** Milliseconds that a server's certificate is valid. */
export const LIFETIME = 90 * DAY
const AUTHORITY_LIFETIME = 3650 * DAY
const AUTHORITY_RENEWAL = 365 * DAY
/** Clocks of clients may be behind by so much. */
const BEFORE = DAY

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const { subtle } = webcrypto

/** The authority in a folder, which is made when it is not there. Rejects with an Error that names a file it can't use. */
export async function openAuthority(folder: string, now: number): Promise<Authority> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const secret = join(folder, 'authority.pem')
  const file = join(folder, 'ca.pem')
  let text = await existing(secret)
  if (text === undefined) {
    await makeOnce(secret, await newAuthority(now))
    text = await readFile(secret, 'utf8')
  }
  let { certificate, key } = await parse(secret, text)
  if (certificate.notAfter.getTime() - now < AUTHORITY_RENEWAL) {
    text = await written(key, certificate.publicKey, certificate.subject, now)
    await replace(secret, text, 0o600)
    certificate = (await parse(secret, text)).certificate
  }
  const shown = `${certificate.toString('pem')}\n`
  if ((await existing(file)) !== shown) await replace(file, shown, 0o644)
  return { file, issue: (names, at) => issue(certificate, key, names, at) }
}

async function existing(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error(`${file} can't be read: ${(error as Error).message}`)
  }
}

async function newAuthority(now: number): Promise<string> {
  const { privateKey, publicKey } = await subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  return written(privateKey, publicKey, `CN=Reprise authority ${randomBytes(4).toString('hex')}`, now)
}

/** Key and self-signed certificate as they are kept. */
async function written(
  signingKey: webcrypto.CryptoKey,
  publicKey: webcrypto.CryptoKey | x509.PublicKey,
  name: string,
  now: number,
): Promise<string> {
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: name,
    issuer: name,
    notBefore: new Date(now - BEFORE),
    notAfter: new Date(now + AUTHORITY_LIFETIME),
    signingAlgorithm: ALGORITHM,
    publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  })
  return `${await keyText(signingKey)}${certificate.toString('pem')}\n`
}

async function issue(
  authority: x509.X509Certificate,
  signingKey: webcrypto.CryptoKey,
  { dns, ip }: Names,
  now: number,
): Promise<Pair> {
  const { privateKey, publicKey } = await subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const validUntil = Math.min(now + LIFETIME, authority.notAfter.getTime())
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: 'CN=Reprise',
    issuer: authority.subject,
    notBefore: new Date(now - BEFORE),
    notAfter: new Date(validUntil),
    signingAlgorithm: ALGORITHM,
    publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...dns.map(value => ({ type: 'dns', value }) as const),
        ...ip.map(value => ({ type: 'ip', value }) as const),
      ]),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  })
  return { cert: `${certificate.toString('pem')}\n`, key: await keyText(privateKey), validUntil }
}

/** A positive number of 128 bits. */
function serial(): string {
  const bytes = randomBytes(16)
  bytes[0] = (bytes[0]! & 0x7f) | 0x40
  return bytes.toString('hex')
}

async function keyText(key: webcrypto.CryptoKey): Promise<string> {
  const pkcs8 = Buffer.from(await subtle.exportKey('pkcs8', key))
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString()
}

async function parse(
  file: string,
  text: string,
): Promise<{ certificate: x509.X509Certificate; key: webcrypto.CryptoKey }> {
  try {
    const secret = createPrivateKey(text)
    const key = await subtle.importKey('pkcs8', secret.export({ format: 'der', type: 'pkcs8' }), ALGORITHM, true, [
      'sign',
    ])
    const certificate = new x509.X509Certificate(
      /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(text)![0],
    )
    const own = createPublicKey(secret).export({ format: 'der', type: 'spki' })
    if (!own.equals(Buffer.from(certificate.publicKey.rawData)))
      throw new Error('key and certificate do not belong together')
    return { certificate, key }
  } catch (error) {
    const cure = 'Put it back from a copy, or remove it: then a new authority is made, which clients must trust anew.'
    throw new Error(`${file} is no authority of this server: ${(error as Error).message}. ${cure}`)
  }
}

/** Writes a file that there is none of yet, whole or not at all. */
async function makeOnce(file: string, text: string): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(temporary, text, { mode: 0o600, flag: 'wx', flush: true })
  try {
    await link(temporary, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(temporary, { force: true })
  }
}

async function replace(file: string, text: string, mode: number): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(temporary, text, { mode, flag: 'wx', flush: true })
  await rename(temporary, file)
}
