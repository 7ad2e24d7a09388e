import type { ServeOptions } from '@reprise/server/serve'

/** What the command line says about https. */
export interface TlsWords {
  tls?: 'self'
  tlsCert?: string
  tlsKey?: string
  tlsPort: number
  tlsName?: string[]
  port: number
}

/** The words as the server takes them; `plain`: a port for http was asked for. */
export function readTls(
  { tls, tlsCert: cert, tlsKey: key, tlsPort, tlsName, port }: TlsWords,
  plain: boolean,
): Pick<ServeOptions, 'port' | 'tls' | 'tlsPort' | 'tlsNames'> {
  if ((cert === undefined) !== (key === undefined)) throw new Error('--tls-cert and --tls-key go together')
  const source = cert !== undefined && key !== undefined ? { cert, key } : tls
  if (source === undefined) return { port }
  return { tls: source, tlsPort, tlsNames: tlsName ?? [], port: plain ? port : undefined }
}

/** What clients are to be told so that they trust an authority, a line each. */
export function howToTrust(file: string): string[] {
  const path = /^[\w./+@%,:=-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`
  return [
    `Clients have to trust the authority in ${file}:`,
    `  Python  export REQUESTS_CA_BUNDLE=${path}`,
    `  curl    export CURL_CA_BUNDLE=${path}`,
    `  Node    export NODE_EXTRA_CA_CERTS=${path}`,
    `  R       httr::set_config(httr::config(cainfo = ${JSON.stringify(file)}))`,
    `  Java    keytool -importcert -noprompt -alias reprise -file ${path} -keystore reprise.p12 -storepass reprise`,
    '          export JAVA_TOOL_OPTIONS="-Djavax.net.ssl.trustStore=$PWD/reprise.p12 -Djavax.net.ssl.trustStorePassword=reprise"',
  ]
}
