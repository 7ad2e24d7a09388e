import { type Command, Option } from 'commander'
import { withIsolation } from '../isolation-options.ts'
import type { RunFlags } from './flags.ts'

/** `reprise run`: engine and runner alone, no server. */
export function register(program: Command): void {
  withIsolation(program.command('run'))
    .summary('run a CWL document here, without a server')
    .description(
      'Runs a tool or workflow and prints its output object. Exit code 0: done, 1: failed, 33: not supported.',
    )
    .argument('<tool>', 'a CWL document; #ID selects a process in it')
    .argument('[job]', 'its inputs, YAML or JSON; files are relative to this document')
    .addOption(new Option('--outdir <dir>', 'where output files go').default('.', 'the current folder'))
    .addOption(new Option('--quiet', 'print problems only'))
    .addOption(new Option('--strict', 'as the standard says: what only the platform takes is refused'))
    .addOption(new Option('--allow-network', 'jobs whose tool asks for the network get it'))
    .action(async (tool: string, job: string | undefined, options: RunFlags) => {
      const { runCommand } = await import('./run.ts')
      process.exitCode = await runCommand({ tool, job, ...options })
    })
}
