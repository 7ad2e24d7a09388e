import { type Command, Option } from 'commander'
import { withDatabase } from '../data-option.ts'

/** Adds `reprise user …`, `reprise division …` and `reprise token …`: they write to the data folder, beside a running server or without one. */
export function register(program: Command): void {
  const user = program.command('user').description('the users of a data folder')
  withDatabase(user.command('add'))
    .description('make a user and print a token of theirs')
    .argument('<name>', 'username')
    .option('--email <address>', 'their address')
    .option('--admin', 'an administrator')
    .action(async (name, options) => (await import('./users.ts')).addUser(name, options))
  withDatabase(user.command('list'))
    .description('list the users')
    .action(async options => (await import('./users.ts')).listUsers(options))
  withDatabase(user.command('disable'))
    .description("refuse a user's tokens")
    .argument('<name>', 'username')
    .action(async (name, options) => (await import('./users.ts')).disableUser(name, options))

  const division = program.command('division').description('organisations of users: teams are made in them')
  withDatabase(division.command('add'))
    .description('make a division')
    .argument('<id>', 'letters, digits and hyphens')
    .option('--name <name>', 'as people read it')
    .action(async (id, options) => (await import('./divisions.ts')).addDivision(id, options))
  withDatabase(division.command('member'))
    .description('put a user into a division, or out of it')
    .argument('<id>', 'the division')
    .argument('<user>', 'username')
    .addOption(
      new Option('--role <role>', 'what they are there')
        .choices(['member', 'admin', 'external_collaborator', 'none'])
        .default('member'),
    )
    .action(async (id, user, options) => (await import('./divisions.ts')).setMember(id, user, options))

  const token = program.command('token').description('the tokens of users')
  withDatabase(token.command('new'))
    .description('make a token and print it')
    .argument('<name>', 'username')
    .action(async (name, options) => (await import('./users.ts')).newToken(name, options))
  withDatabase(token.command('revoke'))
    .description('end a token')
    .argument('<id>', 'id of the token, or the token itself')
    .action(async (id, options) => (await import('./users.ts')).revokeToken(id, options))
}
