import { type Command, InvalidArgumentError, Option } from 'commander'
import { withDatabase } from '../data-option.ts'
import { portNumber } from '../port-number.ts'
import { splitWords, withWork } from '../work-options.ts'

/** Adds `reprise serve`. */
export function register(program: Command): void {
  withWork(withDatabase(program.command('serve')))
    .description('start the server: API and worker')
    .addOption(new Option('--no-worker', 'only the API, beside workers of their own (reprise worker); with --database'))
    .addOption(new Option('--host <address>', 'address to listen on').default('127.0.0.1'))
    .addOption(
      new Option(
        '--port <number>',
        'port for http; 0 picks a free one. With TLS there is no http, unless a port is given for it',
      )
        .default(8080)
        .argParser(portNumber),
    )
    .addOption(
      new Option(
        '--tls <self>',
        'serve https, with a certificate that an authority in the data folder issues for this machine',
      )
        .choices(['self'])
        .conflicts(['tlsCert', 'tlsKey']),
    )
    .addOption(
      new Option('--tls-cert <file>', 'serve https, with this certificate and its chain in PEM; SIGHUP reads it anew'),
    )
    .addOption(new Option('--tls-key <file>', 'the private key of the certificate, in PEM'))
    .addOption(
      new Option('--tls-port <number>', 'port for https; 0 picks a free one').default(8443).argParser(portNumber),
    )
    .addOption(
      new Option(
        '--tls-name <name...>',
        'more names or addresses that clients use for this machine, for the certificate of --tls self',
      ).argParser(splitWords),
    )
    .addOption(new Option('--public-url <url>', 'address that clients use, when not this one'))
    .addOption(
      new Option('--trust-proxy <cidr...>', 'proxies whose X-Forwarded headers are believed').argParser(splitWords),
    )
    .addOption(
      new Option(
        '--rate-limit <calls/seconds>',
        'calls that a user may make in so many seconds; "platform" is 1000/300',
      ).argParser(rateLimit),
    )
    .addOption(
      new Option(
        '--cors-origin <origin...>',
        'origins whose pages may call, such as https://lab.example.org',
      ).argParser(origins),
    )
    .addOption(
      new Option(
        '--allow-drs-host <host...>',
        'hosts that imports by DRS fetch from (host, host:port, *.domain; http://host for http); none when not given',
      ).argParser(splitWords),
    )
    .addOption(
      new Option(
        '--redirect-downloads',
        'send clients that download a file of an S3 volume to the bucket itself, by an address for five minutes',
      ).default(false),
    )
    .action(async (options, command: Command) => {
      const plain = command.getOptionValueSource('port') !== 'default'
      await (await import('./serve.ts')).serve(options, plain)
    })
}

function rateLimit(text: string): { limit: number; window: number } {
  const [, limit, window] = /^(\d{1,9})\/(\d{1,6})$/.exec(text === 'platform' ? '1000/300' : text) ?? []
  if (Number(limit) > 0 && Number(window) > 0) return { limit: Number(limit), window: Number(window) }
  throw new InvalidArgumentError('It must be calls/seconds, such as 1000/300, or platform.')
}

function origins(text: string, before: string[] = []): string[] {
  const given = text.split(/[\s,]+/).filter(origin => origin)
  for (const origin of given) {
    if (origin !== '*' && (!URL.canParse(origin) || new URL(origin).origin !== origin)) {
      throw new InvalidArgumentError('It must be an origin such as https://lab.example.org, without a path.')
    }
  }
  return [...before, ...given]
}
