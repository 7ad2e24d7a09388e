import { type Command, InvalidArgumentError } from 'commander'
import { withDatabase } from '../data-option.ts'

/** Adds `reprise storage …`. */
export function register(program: Command): void {
  const storage = program
    .command('storage')
    .description('the bytes of a data folder: what is held, by whom, until when')
    .addHelpText('after', '\nWithout a command: show, and its options.')
  withDatabase(storage.command('show', { isDefault: true }))
    .description(
      'what is held, by whom and until when, what freeing intermediate files would give, and what computing it would cost to make them again; beside a running server or without one',
    )
    .option('--project <owner/name>', 'only what this project holds')
    .option('--limit <number>', 'how many projects and tasks are named, the largest first', readLimit, 10)
    .option('--json', 'print JSON: sizes in bytes, times in seconds')
    .action(async options => (await import('./show.ts')).show(options))
  withDatabase(storage.command('check'))
    .description(
      'compare the rows with the files of the store, beside a running server or without one: list what either side has alone',
    )
    .option(
      '--fix',
      'remove files that no row wants and nobody touched for a day; forget contents without bytes that nobody needs',
    )
    .action(async options => (await import('./check.ts')).check(options))
}

function readLimit(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 0 or more.')
  return Number(text)
}
