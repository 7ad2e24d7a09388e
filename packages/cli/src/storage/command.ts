import type { Command } from 'commander'
import { withDatabase } from '../data-option.ts'

/** Adds `reprise storage …`. */
export function register(program: Command): void {
  const storage = program.command('storage').description('the bytes of a data folder')
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
