import { type Command, InvalidArgumentError, Option } from 'commander'
import { withData } from '../data-option.ts'
import { withIsolation } from '../isolation-options.ts'

/** Adds `reprise serve`. */
export function register(program: Command): void {
  withIsolation(withData(program.command('serve')))
    .description('start the server: API and worker')
    .addOption(new Option('--host <address>', 'address to listen on').default('127.0.0.1'))
    .addOption(
      new Option('--port <number>', 'port to listen on; 0 picks a free one').default(8080).argParser(portNumber),
    )
    .addOption(new Option('--public-url <url>', 'address that clients use, when not this one'))
    .addOption(new Option('--trust-proxy <cidr...>', 'proxies whose X-Forwarded headers are believed').argParser(words))
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
        '--allow-network',
        'jobs may use the network where their tool asks and their project allows it',
      ).default(false),
    )
    .addOption(new Option('--prices <file>', 'what is asked for what was used, as JSON: core_hour, memory_gib_hour, …'))
    .addOption(
      new Option('--allow-path <folder...>', 'folders of this machine that volumes of type local may lie in').argParser(
        folders,
      ),
    )
    .addOption(
      new Option(
        '--allow-s3-endpoint <host...>',
        'hosts that volumes of type s3 may talk to (host, host:port, *.domain); any when not given',
      ).argParser(words),
    )
    .addOption(
      new Option(
        '--allow-drs-host <host...>',
        'hosts that imports by DRS fetch from (host, host:port, *.domain; http://host for http); none when not given',
      ).argParser(words),
    )
    .addOption(
      new Option('--volume-cache <GiB>', 'room for copies of inputs from volumes in the data folder')
        .default(50)
        .argParser(size),
    )
    .action(async options => (await import('./serve.ts')).serve(options))
}

/** Words of an option that may be repeated; of the environment they come in one text. */
function words(text: string, before: string[] = []): string[] {
  return [...before, ...text.split(/[\s,]+/).filter(word => word)]
}

/** As in PATH, several are separated by colons. */
function folders(text: string, before: string[] = []): string[] {
  return [...before, ...text.split(':').filter(folder => folder)]
}

function size(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a number of GiB.')
}

function portNumber(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('It must be a number from 0 to 65535.')
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
