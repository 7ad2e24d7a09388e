import { chmod, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { namesOfHost } from './names.ts'
import { type Pair, readPair } from './pair.ts'

/** Where the certificate of a listener comes from: files of the operator, or an authority in the data folder. */
export interface Certificates {
  /** what is shown to clients now */
  pair: Pair
  /** file of the authority that clients are to trust, where it is our own */
  authority?: string
  /** what the operator should know, a line each */
  warnings: string[]
  /**
   * Looks for a newer one: `told` by the operator it reads again whatever there is, else only what time or names ask for.
   * Gives it when it is another; rejects, and keeps the one there is, when what it finds can't be used.
   */
  renewed(told: boolean): Promise<Pair | undefined>
}

/** A pair in files, which is read again when the operator says so. */
export async function fromFiles(certFile: string, keyFile: string, clock: () => number): Promise<Certificates> {
  const pair = await readPair(certFile, keyFile)
  const warnings: string[] = []
  if (pair.validUntil < clock()) warnings.push(`The certificate in ${certFile} ended ${date(pair.validUntil)}`)
  if (((await stat(keyFile)).mode & 0o004) !== 0) warnings.push(`The key in ${keyFile} can be read by every user here`)
  const certificates: Certificates = {
    pair,
    warnings,
    async renewed(told) {
      if (!told) return undefined
      const found = await readPair(certFile, keyFile)
      if (found.validUntil < clock()) throw new Error(`the certificate in ${certFile} ended ${date(found.validUntil)}`)
      certificates.pair = found
      return found
    },
  }
  return certificates
}

/** Issued by the authority in `<data>/tls`, for what clients may call this machine. */
export async function selfIssued(
  data: string,
  others: readonly (string | undefined)[],
  clock: () => number,
): Promise<Certificates> {
  // what writes certificates is loaded where it is needed only
  const { LIFETIME, openAuthority } = await import('./authority.ts')
  const folder = join(data, 'tls')
  let authority = await openAuthority(folder, clock())
  await chmod(join(folder, 'authority.pem'), 0o600)
  let names = namesOfHost(others)
  const certificates: Certificates = {
    pair: await authority.issue(names, clock()),
    authority: authority.file,
    warnings: [],
    async renewed(told) {
      const present = namesOfHost(others)
      const due = certificates.pair.validUntil - clock() < LIFETIME / 3
      if (!told && !due && JSON.stringify(present) === JSON.stringify(names)) return undefined
      authority = await openAuthority(folder, clock())
      certificates.pair = await authority.issue(present, clock())
      names = present
      return certificates.pair
    },
  }
  return certificates
}

export function date(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10)
}
