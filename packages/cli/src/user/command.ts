import type { Command } from 'commander'
import { withData } from '../data-option.ts'

/** Adds `reprise user …` and `reprise token …`: they write to the data folder, beside a running server or without one. */
export function register(program: Command): void {
  const user = program.command('user').description('the users of a data folder')
  withData(user.command('add'))
    .description('make a user and print a token of theirs')
    .argument('<name>', 'username')
    .option('--email <address>', 'their address')
    .option('--admin', 'an administrator')
    .action(async (name, options) => (await import('./users.ts')).addUser(name, options))
  withData(user.command('list'))
    .description('list the users')
    .action(async options => (await import('./users.ts')).listUsers(options))
  withData(user.command('disable'))
    .description("refuse a user's tokens")
    .argument('<name>', 'username')
    .action(async (name, options) => (await import('./users.ts')).disableUser(name, options))

  const token = program.command('token').description('the tokens of users')
  withData(token.command('new'))
    .description('make a token and print it')
    .argument('<name>', 'username')
    .action(async (name, options) => (await import('./users.ts')).newToken(name, options))
  withData(token.command('revoke'))
    .description('end a token')
    .argument('<id>', 'id of the token, or the token itself')
    .action(async (id, options) => (await import('./users.ts')).revokeToken(id, options))
}
