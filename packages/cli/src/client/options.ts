import { type Command, InvalidArgumentError } from 'commander'
import type { Api } from './api.ts'
import type { ConnectionOptions } from './connection.ts'

/** Adds where the API is and who calls it, and `--json`. */
export const withConnectionOptions = (command: Command) =>
  command
    .option('--url <url>', 'address of the API, as in http://127.0.0.1:8080/v2 (or SB_API_ENDPOINT)')
    .option('--token <token>', 'authentication token (or SB_AUTH_TOKEN)')
    .option('--profile <name>', 'profile in ~/.sevenbridges/credentials')
    .option('--json', 'print JSON, and no progress')

/** Adds what every list takes: a table shows its first items, JSON has all of them. */
export const withListOptions = (command: Command) =>
  withConnectionOptions(command)
    .option('--limit <n>', 'at most so many', parseCount)
    .option('--all', 'all of them, not the first 50')
    .option('--fields <names>', 'only these fields, as in id,name,metadata.sample_id')

/** Adds `--yes`, for what can't be undone. */
export const withConfirmOption = (command: Command) => command.option('--yes', 'do not ask')

/** Adds examples to the help, one a line without the name of the program. */
export const withExamples = (command: Command, ...lines: string[]) =>
  command.addHelpText('after', `\nExamples:\n${lines.map(line => `  reprise ${line}`).join('\n')}`)

/** Collects an option that may be given again and again. */
export const collectValues = (value: string, before: string[] = []) => [...before, value]

/** Collects words that are split by commas, or given one by one. */
export const collectWords = (value: string, before: string[] = []) => [
  ...before,
  ...value
    .split(',')
    .map(word => word.trim())
    .filter(word => word),
]

export function parseCount(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It must be a whole number of 1 or more.')
  return Number(text)
}

/** Runs a command with the API that its options name; what the user can put right is told as its message alone. */
export async function withApi(options: ConnectionOptions, run: (api: Api) => Promise<void>): Promise<void> {
  const [{ createApi }, { resolveConnection }, { ClientError, Interrupted }] = await Promise.all([
    import('./api.ts'),
    import('./connection.ts'),
    import('./errors.ts'),
  ])
  process.stdout.on('error', leaveWithReader)
  try {
    await run(createApi(resolveConnection(options)))
  } catch (error) {
    if (!(error instanceof ClientError) && !(error instanceof Interrupted)) throw error
    console.error(`reprise: ${error.message}`)
    process.exitCode = error instanceof Interrupted ? 130 : 1
  }
}

/** Ends in silence when who reads what is printed stopped reading, as `head` does. */
function leaveWithReader(error: Error): void {
  if ('code' in error && error.code === 'EPIPE') process.exit()
  throw error
}
