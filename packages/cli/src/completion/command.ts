import { Argument, type Command } from 'commander'

/** Adds `reprise completion`, which prints a script for a shell, and what that script asks at each Tab. */
export function register(program: Command): void {
  program
    .command('completion')
    .description('print a script that completes commands, options and names in a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      `
Examples:
  source <(reprise completion bash)                                  # in ~/.bashrc
  source <(reprise completion zsh)                                   # in ~/.zshrc, after compinit
  reprise completion fish > ~/.config/fish/completions/reprise.fish`,
    )
    .action(async shell => {
      const { readFile } = await import('node:fs/promises')
      process.stdout.write(await readFile(new URL(`reprise.${shell}`, import.meta.url)))
    })

  program
    .command('__complete', { hidden: true })
    .argument('[words...]', 'the words of the line, the last one being written')
    .action(async words => {
      const { complete } = await import('./complete.ts')
      process.stdout.write(await complete(program, words))
    })
}
