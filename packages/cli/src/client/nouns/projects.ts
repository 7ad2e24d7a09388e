import type { Command } from 'commander'
import {
  collectValues,
  collectWords,
  withApi,
  withConfirmOption,
  withConnectionOptions,
  withExamples,
  withListOptions,
} from '../options.ts'

/** Adds `reprise projects …`. */
export function registerProjects(program: Command): void {
  const projects = program.command('projects').description('the projects that you are a member of')

  const list = withListOptions(projects.command('list'))
    .description('list projects')
    .option('--name <text>', 'with this in the name')
    .option('--tag <tag>', 'with this tag; repeated: with all of them', collectValues)
    .option('--owner <user>', 'of this owner')
    .option('--category <word>', 'of this category')
    .action(options =>
      withApi(options, async api => (await import('../commands/projects/list.ts')).projectsList(api, options)),
    )
  withExamples(list, 'projects list --name rna', 'projects list --all --json --fields id,settings')

  const get = withConnectionOptions(projects.command('get'))
    .description('show a project')
    .argument('<project>', 'OWNER/NAME, or a name')
    .option('--fields <names>', 'only these fields, as in id,settings.locked')
    .action((project, options) =>
      withApi(options, async api => (await import('../commands/projects/get.ts')).projectsGet(api, project, options)),
    )
  withExamples(get, 'projects get ana/rna')

  const about = (command: Command) =>
    withConnectionOptions(command)
      .option('--description <text>', 'what it is for')
      .option('--tags <tags>', 'its tags, with commas between', collectWords)
      .option('--billing-group <id>', 'who pays')
      .option('--set <setting=value>', 'a setting, as in use_memoization=true; may be repeated', collectValues, [])

  const create = about(projects.command('create'))
    .description('make a project')
    .argument('<name>', 'name of the project')
    .action((name, options) =>
      withApi(options, async api => (await import('../commands/projects/edit.ts')).projectsCreate(api, name, options)),
    )
  withExamples(create, "projects create 'Leaf RNA' --tags rna,pilot --set use_memoization=true")

  const edit = about(projects.command('edit'))
    .description('change a project')
    .argument('<project>', 'OWNER/NAME, or a name')
    .option('--name <name>', 'its new name')
    .action((project, options) =>
      withApi(options, async api => (await import('../commands/projects/edit.ts')).projectsEdit(api, project, options)),
    )
  withExamples(edit, "projects edit ana/leaf-rna --name 'Leaf RNA, first year' --set locked=true")

  const remove = withConfirmOption(withConnectionOptions(projects.command('delete')))
    .description('delete a project with all that is in it')
    .argument('<project>', 'OWNER/NAME, or a name')
    .action((project, options) =>
      withApi(options, async api =>
        (await import('../commands/projects/delete.ts')).projectsDelete(api, project, options),
      ),
    )
  withExamples(remove, 'projects delete ana/leaf-rna')

  registerMembers(projects.command('members').description('who may do what in a project'))
}

function registerMembers(members: Command): void {
  const list = withListOptions(members.command('list'))
    .description('list the members of a project')
    .argument('<project>', 'OWNER/NAME, or a name')
    .action((project, options) =>
      withApi(options, async api =>
        (await import('../commands/projects/members.ts')).membersList(api, project, options),
      ),
    )
  withExamples(list, 'projects members list ana/rna')

  const add = withConnectionOptions(members.command('add'))
    .description('add a member to a project')
    .argument('<project>', 'OWNER/NAME, or a name')
    .argument('<user>', 'username')
    .option('--email', 'the user is named by the address of their mail')
    .option('--permissions <names>', 'what they may besides reading: copy, write, execute, admin', collectWords, [])
    .action((project, user, options) =>
      withApi(options, async api =>
        (await import('../commands/projects/members.ts')).membersAdd(api, project, user, options),
      ),
    )
  withExamples(add, 'projects members add ana/rna kim --permissions copy,write,execute')

  const set = withConnectionOptions(members.command('set'))
    .description('change what a member may')
    .argument('<project>', 'OWNER/NAME, or a name')
    .argument('<user>', 'username')
    .option('--permissions <names>', 'all that they may besides reading: copy, write, execute, admin', collectWords)
    .option('--grant <names>', 'what they may now', collectWords, [])
    .option('--revoke <names>', 'what they may no more', collectWords, [])
    .action((project, user, options) =>
      withApi(options, async api =>
        (await import('../commands/projects/members.ts')).membersSet(api, project, user, options),
      ),
    )
  withExamples(
    set,
    'projects members set ana/rna kim --permissions copy',
    'projects members set ana/rna kim --grant write',
  )

  const remove = withConfirmOption(withConnectionOptions(members.command('remove')))
    .description('remove a member from a project')
    .argument('<project>', 'OWNER/NAME, or a name')
    .argument('<user>', 'username')
    .action((project, user, options) =>
      withApi(options, async api =>
        (await import('../commands/projects/members.ts')).membersRemove(api, project, user, options),
      ),
    )
  withExamples(remove, 'projects members remove ana/rna kim')
}
