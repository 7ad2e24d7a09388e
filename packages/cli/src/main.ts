import { CommanderError } from 'commander'
import { EnvironmentCommand } from './environment.ts'
import { registerFor } from './groups.ts'

/** The command `reprise`. Each group of commands is a folder; what a command needs is loaded when it runs. */
// whoever reads the output may have seen enough of it (`| head`)
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const program = new EnvironmentCommand('reprise')
  .description('Runs CWL tasks on this machine behind the Seven Bridges API v2, and reruns any of them with one call.')
  .version('0.1.0')
  .showHelpAfterError('(add --help for what there is)')
  .exitOverride()

await registerFor(process.argv.slice(2), program)

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode
  else {
    console.error(`reprise: ${error instanceof Error ? error.message : error}`)
    process.exitCode = 1
  }
}
