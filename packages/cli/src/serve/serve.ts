import { type ServeOptions, startServer } from '@reprise/server/serve'
import { describeIsolation, isolationGaps } from '../describe-isolation.ts'
import { readWork, type WorkWords } from '../work-options.ts'
import { closeOnSignal } from './close-on-signal.ts'
import { howToTrust, readTls, type TlsWords } from './tls.ts'

type Options = Omit<ServeOptions, keyof WorkWords | keyof TlsWords> & WorkWords & TlsWords & { allowDrsHost?: string[] }

/**
 * Serves until SIGTERM or SIGINT: then takes no more calls, finishes those in flight and exits. A second signal exits at
 * once. Jobs run on either way and are adopted by the next start. SIGHUP reads the certificate for https anew.
 * `plain`: a port for http was asked for.
 */
export async function serve(options: Options, plain: boolean): Promise<void> {
  const {
    allowPath: _,
    allowS3Endpoint: __,
    volumeCache: ___,
    prices: ____,
    limit: _____,
    allowDrsHost,
    ...others
  } = options
  const tls = readTls(options, plain)
  const work = await readWork(options)
  const server = await startServer({ ...others, ...tls, ...work, allowDrsHosts: allowDrsHost })
  closeOnSignal(() => server.close())
  for (const url of server.urls) console.log(`Reprise serves ${url}`)
  console.log(server.means ? `Jobs run in ${describeIsolation(server.means)}` : 'Jobs run where a worker does')
  if (server.means) for (const line of isolationGaps(server.means, options.allowNetwork)) console.log(line)
  if (server.adminToken) console.log(`The user admin was made; their token is in ${server.adminToken}`)
  if (!server.tls) return
  const { authority, warnings, reload } = server.tls
  for (const line of [...warnings, ...(authority ? howToTrust(authority) : [])]) console.log(line)
  process.on('SIGHUP', async () => console.error(`reprise: ${await reload()}`))
}
