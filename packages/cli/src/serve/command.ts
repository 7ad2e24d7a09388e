import { type Command, InvalidArgumentError, Option } from 'commander'
import { withData } from '../data-option.ts'

/** Adds `reprise serve`. */
export function register(program: Command): void {
  withData(program.command('serve'))
    .description('start the server: API and worker')
    .addOption(new Option('--host <address>', 'address to listen on').env('REPRISE_HOST').default('127.0.0.1'))
    .addOption(
      new Option('--port <number>', 'port to listen on; 0 picks a free one')
        .env('REPRISE_PORT')
        .default(8080)
        .argParser(portNumber),
    )
    .addOption(
      new Option('--public-url <url>', 'address that clients use, when not this one').env('REPRISE_PUBLIC_URL'),
    )
    .addOption(
      new Option('--trust-proxy <cidr...>', 'proxies whose X-Forwarded headers are believed')
        .env('REPRISE_TRUST_PROXY')
        .argParser(networks),
    )
    .addOption(
      new Option('--isolation <kind>', 'what keeps jobs from this machine')
        .env('REPRISE_ISOLATION')
        .choices(['auto', 'sandbox', 'none'])
        .default('auto'),
    )
    .addOption(
      new Option('--allow-network', 'jobs may use the network where their tool asks and their project allows it')
        .env('REPRISE_ALLOW_NETWORK')
        .default(false),
    )
    .action(async (options, command: Command) => {
      const isOff =
        command.getOptionValueSource('allowNetwork') === 'env' && OFF.test(process.env.REPRISE_ALLOW_NETWORK ?? '')
      await (await import('./serve.ts')).serve({ ...options, allowNetwork: options.allowNetwork && !isOff })
    })
}

/** What says no, where an option without a value is given by the environment. */
const OFF = /^(|0|no|false|off)$/i

function networks(text: string, before: string[] = []): string[] {
  return [...before, ...text.split(/[\s,]+/).filter(network => network)]
}

function portNumber(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('It must be a number from 0 to 65535.')
}
