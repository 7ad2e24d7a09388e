import type { Command } from 'commander'
import { careful, connected, examples, gather, listing, withApi, words } from '../options.ts'

/** Adds `reprise projects …`. */
export function registerProjects(program: Command): void {
  const projects = program.command('projects').description('the projects that you are a member of')

  const list = listing(projects.command('list'))
    .description('list projects')
    .option('--name <text>', 'with this in the name')
    .option('--tag <tag>', 'with this tag; repeated: with all of them', gather)
    .option('--owner <user>', 'of this owner')
    .option('--category <word>', 'of this category')
    .action(options =>
      withApi(options, async api => (await import('../commands/projects/list.ts')).projectsList(api, options)),
    )
  examples(list, 'projects list --name rna', 'projects list --all --json --fields id,settings')

  const get = connected(projects.command('get'))
    .description('show a project')
    .argument('<project>', 'OWNER/NAME, or a name')
    .option('--fields <names>', 'only these fields, as in id,settings.locked')
    .action((project, options) =>
      withApi(options, async api => (await import('../commands/projects/get.ts')).projectsGet(api, project, options)),
    )
  examples(get, 'projects get ana/rna')

  const about = (command: Command) =>
    connected(command)
      .option('--description <text>', 'what it is for')
      .option('--tags <tags>', 'its tags, with commas between', words)
      .option('--billing-group <id>', 'who pays')
      .option('--set <setting=value>', 'a setting, as in use_memoization=true; may be repeated', gather, [])

  const create = about(projects.command('create'))
    .description('make a project')
    .argument('<name>', 'name of the project')
    .action((name, options) =>
      withApi(options, async api => (await import('../commands/projects/edit.ts')).projectsCreate(api, name, options)),
    )
  examples(create, "projects create 'Leaf RNA' --tags rna,pilot --set use_memoization=true")

  const edit = about(projects.command('edit'))
    .description('change a project')
    .argument('<project>', 'OWNER/NAME, or a name')
    .option('--name <name>', 'its new name')
    .action((project, options) =>
      withApi(options, async api => (await import('../commands/projects/edit.ts')).projectsEdit(api, project, options)),
    )
  examples(edit, "projects edit ana/leaf-rna --name 'Leaf RNA, first year' --set locked=true")

  const remove = careful(connected(projects.command('delete')))
    .description('delete a project with all that is in it')
    .argument('<project>', 'OWNER/NAME, or a name')
    .action((project, options) =>
      withApi(options, async api =>
        (await import('../commands/projects/delete.ts')).projectsDelete(api, project, options),
      ),
    )
  examples(remove, 'projects delete ana/leaf-rna')

  registerMembers(projects.command('members').description('who may do what in a project'))
}

function registerMembers(members: Command): void {
  const list = listing(members.command('list'))
    .description('list the members of a project')
    .argument('<project>', 'OWNER/NAME, or a name')
    .action((project, options) =>
      withApi(options, async api =>
        (await import('../commands/projects/members.ts')).membersList(api, project, options),
      ),
    )
  examples(list, 'projects members list ana/rna')

  const add = connected(members.command('add'))
    .description('add a member to a project')
    .argument('<project>', 'OWNER/NAME, or a name')
    .argument('<user>', 'username')
    .option('--email', 'the user is named by the address of their mail')
    .option('--permissions <names>', 'what they may besides reading: copy, write, execute, admin', words, [])
    .action((project, user, options) =>
      withApi(options, async api =>
        (await import('../commands/projects/members.ts')).membersAdd(api, project, user, options),
      ),
    )
  examples(add, 'projects members add ana/rna kim --permissions copy,write,execute')

  const set = connected(members.command('set'))
    .description('change what a member may')
    .argument('<project>', 'OWNER/NAME, or a name')
    .argument('<user>', 'username')
    .option('--permissions <names>', 'all that they may besides reading: copy, write, execute, admin', words)
    .option('--grant <names>', 'what they may now', words, [])
    .option('--revoke <names>', 'what they may no more', words, [])
    .action((project, user, options) =>
      withApi(options, async api =>
        (await import('../commands/projects/members.ts')).membersSet(api, project, user, options),
      ),
    )
  examples(set, 'projects members set ana/rna kim --permissions copy', 'projects members set ana/rna kim --grant write')

  const remove = careful(connected(members.command('remove')))
    .description('remove a member from a project')
    .argument('<project>', 'OWNER/NAME, or a name')
    .argument('<user>', 'username')
    .action((project, user, options) =>
      withApi(options, async api =>
        (await import('../commands/projects/members.ts')).membersRemove(api, project, user, options),
      ),
    )
  examples(remove, 'projects members remove ana/rna kim')
}
