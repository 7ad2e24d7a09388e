import type { Argument, Command } from 'commander'

/** The manual page of a command and all below it, as roff for man(7), made of the same words as its help. */
export function manualOf(program: Command, version: string): string {
  const name = program.name()
  return [
    `.TH ${name.toUpperCase()} 1 "" "${name} ${version}" "User Commands"`,
    '.SH NAME',
    `${name} \\- run CWL tasks behind the Seven Bridges API v2, and rerun any of them`,
    '.SH SYNOPSIS',
    `.B ${name}`,
    '.I command',
    '[options]',
    '.SH DESCRIPTION',
    text(program.description()),
    '.SH COMMANDS',
    ...leavesOf(program, []).flatMap(({ command, words }) => sectionOf(command, words)),
    '.SH ENVIRONMENT',
    text('Every option can be given by the environment: --allow-network by REPRISE_ALLOW_NETWORK.'),
    '.TP',
    '.BR SB_API_ENDPOINT ", " SB_AUTH_TOKEN',
    text('the server that client commands talk to, and the token of who calls.'),
    '.SH FILES',
    '.TP',
    '.I ~/.sevenbridges/credentials',
    text('profiles of servers and tokens, for client commands.'),
    '.TP',
    '.I ~/.local/share/reprise',
    text('the data folder of a server, where none is named.'),
    '',
  ].join('\n')
}

function leavesOf(command: Command, words: string[]): { command: Command; words: string[] }[] {
  const shown = command.createHelp().visibleCommands(command)
  return shown
    .filter(below => below.name() !== 'help')
    .flatMap(below => {
      const path = [...words, below.name()]
      return below.commands.length > 0 ? leavesOf(below, path) : [{ command: below, words: path }]
    })
}

function sectionOf(command: Command, words: string[]): string[] {
  const options = command.createHelp().visibleOptions(command)
  return [
    `.SS "${roff([...words, ...command.registeredArguments.map(placeOf)].join(' '))}"`,
    text(`${sentence(command.description())}`),
    ...options
      .filter(option => option.long !== '--help')
      .flatMap(option => ['.TP', `.B ${roff(option.flags)}`, text(sentence(option.description))]),
  ]
}

function placeOf(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${name}>` : `[${name}]`
}

const sentence = (words: string) => (/[.!?)]$/.test(words) ? words : `${words}.`)

/** A line of text that roff takes for nothing else. */
function text(words: string): string {
  return roff(words).replace(/^(?=[.'])/gm, '\\&')
}

const roff = (words: string) => words.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('"', '\\(dq')
