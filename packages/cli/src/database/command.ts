import { type Command, Option } from 'commander'
import { withData } from '../data-option.ts'

/** Adds `reprise database …`. */
export function register(program: Command): void {
  const database = program.command('database').description('where the rows of a data folder are')
  withData(database.command('move'))
    .description(
      'move the rows of a data folder from SQLite to an empty PostgreSQL database; the bytes stay in the folder',
    )
    .addOption(new Option('--to <url>', 'the database, as postgres://user@host/name').makeOptionMandatory())
    .action(async options => (await import('./move.ts')).move(options))
}
