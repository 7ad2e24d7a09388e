import { type Command, InvalidArgumentError, Option } from 'commander'
import { withDatabase } from '../data-option.ts'
import { withWork } from '../work-options.ts'

/** Adds `reprise worker`. */
export function register(program: Command): void {
  withWork(withDatabase(program.command('worker')))
    .description(
      'start a worker that shares the tasks of a PostgreSQL database with others; it needs the same data folder',
    )
    .addOption(
      new Option('--lease <seconds>', 'after so long without a sign of it another worker takes over').argParser(
        seconds,
      ),
    )
    .action(async options => (await import('./worker.ts')).runWorker(options))
}

function seconds(text: string): number {
  const number = Number(text)
  if (number >= 1 && number <= 3600) return number
  throw new InvalidArgumentError('It must be a number from 1 to 3600.')
}
