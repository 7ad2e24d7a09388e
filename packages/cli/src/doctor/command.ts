import type { Command } from 'commander'
import { withDatabase } from '../data-option.ts'
import { portNumber } from '../port-number.ts'

/** Adds `reprise doctor`. */
export function register(program: Command): void {
  withDatabase(program.command('doctor'))
    .description('say what of this machine fits, and what to type for what does not')
    .option('--host <address>', 'address that a server is to listen on', '127.0.0.1')
    .option('--port <number>', 'port that a server is to listen on', portNumber, 8080)
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExit code 1 when something keeps a server from starting as asked, or jobs from being kept apart.',
    )
    .action(async options => (await import('./doctor.ts')).doctor(options))
}
