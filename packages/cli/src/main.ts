import { Command, CommanderError } from 'commander'
import { register as registerClient } from './client/command.ts'
import { register as registerRun } from './run/command.ts'
import { register as registerServe } from './serve/command.ts'
import { register as registerUser } from './user/command.ts'

/** The command `reprise`. Each group of commands is a folder; what a command needs is loaded when it runs. */
const program = new Command('reprise')
  .description('Runs CWL tasks behind the Seven Bridges API, reruns them, and tells whether the rerun reproduced.')
  .version('0.1.0')
  .showHelpAfterError('(add --help for what there is)')
  .exitOverride()

registerServe(program)
registerRun(program)
registerUser(program)
registerClient(program)

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode
  else {
    console.error(`reprise: ${error instanceof Error ? error.message : error}`)
    process.exitCode = 1
  }
}
