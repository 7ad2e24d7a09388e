import type { Servers } from '../servers.ts'
import { type Certificates, date, fromFiles, selfIssued } from './certificates.ts'

/** How a server comes to its certificate: `self`, or files in PEM. */
export type TlsSource = 'self' | { cert: string; key: string }

/** Milliseconds between looks at whether a certificate of our own is due, or this machine has another address. */
const LOOK = 3600 * 1000

export async function openCertificates(
  source: TlsSource,
  { data, names, clock }: { data: string; names: readonly (string | undefined)[]; clock: () => number },
): Promise<Certificates> {
  return source === 'self' ? selfIssued(data, names, clock) : fromFiles(source.cert, source.key, clock)
}

/** Shows the newest certificate that there is: looks for it now and then, and when told to. */
export class Keeper {
  readonly #certificates: Certificates
  readonly #servers: Servers
  readonly #timer: NodeJS.Timeout

  constructor(
    certificates: Certificates,
    servers: Servers,
    { every = LOOK, trouble }: { every?: number | undefined; trouble: (message: string) => void },
  ) {
    this.#certificates = certificates
    this.#servers = servers
    this.#timer = setInterval(() => {
      this.#renew(false).catch(error => trouble(kept(error, certificates)))
    }, every).unref()
  }

  /** Reads or makes it anew; gives what came of it, in words. */
  async reload(): Promise<string> {
    try {
      await this.#renew(true)
    } catch (error) {
      return kept(error, this.#certificates)
    }
    return `The certificate is a new one, valid until ${date(this.#certificates.pair.validUntil)}`
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #renew(told: boolean): Promise<void> {
    const pair = await this.#certificates.renewed(told)
    if (pair) this.#servers.show(pair)
  }
}

function kept(error: unknown, { pair }: Certificates): string {
  const reason = error instanceof Error ? error.message : String(error)
  return `The certificate stays the old one, valid until ${date(pair.validUntil)}: ${reason}`
}
