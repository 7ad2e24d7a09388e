import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Command, Option } from 'commander'

/** Adds the data folder, the same for every command that works on one. */
export function withData(command: Command): Command {
  return command.addOption(
    new Option('--data <folder>', 'data folder').default(defaultFolder()).argParser(folder => resolve(folder)),
  )
}

/** Adds the data folder and where its rows are. */
export function withDatabase(command: Command): Command {
  return withData(command).addOption(
    new Option(
      '--database <url>',
      'PostgreSQL database with the rows, as postgres://user@host/name; else they are in the data folder',
    ),
  )
}

function defaultFolder(): string {
  return join(process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'reprise')
}
