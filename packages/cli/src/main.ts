import { CommanderError } from 'commander'
import { register as registerCheck } from './check/command.ts'
import { register as registerClient } from './client/command.ts'
import { register as registerCompletion } from './completion/command.ts'
import { register as registerDatabase } from './database/command.ts'
import { EnvironmentCommand } from './environment.ts'
import { register as registerRun } from './run/command.ts'
import { register as registerServe } from './serve/command.ts'
import { register as registerStorage } from './storage/command.ts'
import { register as registerUser } from './user/command.ts'
import { register as registerWorker } from './worker/command.ts'

/** The command `reprise`. Each group of commands is a folder; what a command needs is loaded when it runs. */
// whoever reads the output may have seen enough of it (`| head`)
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const program = new EnvironmentCommand('reprise')
  .description('Runs CWL tasks on this machine behind the Seven Bridges API v2, and reruns any of them with one call.')
  .version('0.1.0')
  .showHelpAfterError('(add --help for what there is)')
  .exitOverride()

registerServe(program)
registerWorker(program)
registerDatabase(program)
registerStorage(program)
registerRun(program)
registerCheck(program)
registerUser(program)
registerClient(program)
registerCompletion(program)

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode
  else {
    console.error(`reprise: ${error instanceof Error ? error.message : error}`)
    process.exitCode = 1
  }
}
