import type { Command } from 'commander'

/** `reprise check`: what is wrong with documents, without running them. */
export function register(program: Command): void {
  program
    .command('check')
    .summary('find everything that is wrong with CWL documents')
    .description(
      'Reads documents with all that they refer to and prints every problem as FILE:LINE:COLUMN: error|warning: MESSAGE. ' +
        'Nothing is run. Exit code 0: no errors (there may be warnings), 1: errors.',
    )
    .argument('<file...>', 'CWL documents; #ID selects a process in one')
    .option('--json', 'print the problems as a JSON list')
    .action(async (files: string[], options: { json?: boolean }) => {
      const { checkCommand } = await import('./check.ts')
      process.exitCode = await checkCommand(files, options)
    })
}
