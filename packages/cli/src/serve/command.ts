import { type Command, InvalidArgumentError, Option } from 'commander'
import { withDatabase } from '../data-option.ts'
import { withIsolation } from '../isolation-options.ts'

/** Adds `reprise serve`. */
export function register(program: Command): void {
  withIsolation(withDatabase(program.command('serve')))
    .description('start the server: API and worker')
    .addOption(new Option('--no-worker', 'only the API, beside workers of their own (reprise worker); with --database'))
    .addOption(new Option('--host <address>', 'address to listen on').default('127.0.0.1'))
    .addOption(
      new Option('--port <number>', 'port to listen on; 0 picks a free one').default(8080).argParser(portNumber),
    )
    .addOption(new Option('--public-url <url>', 'address that clients use, when not this one'))
    .addOption(
      new Option('--trust-proxy <cidr...>', 'proxies whose X-Forwarded headers are believed').argParser(networks),
    )
    .addOption(
      new Option(
        '--allow-network',
        'jobs may use the network where their tool asks and their project allows it',
      ).default(false),
    )
    .action(async options => (await import('./serve.ts')).serve(options))
}

function networks(text: string, before: string[] = []): string[] {
  return [...before, ...text.split(/[\s,]+/).filter(network => network)]
}

function portNumber(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('It must be a number from 0 to 65535.')
}
