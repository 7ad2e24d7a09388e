import { type Command, Option } from 'commander'
import { collectValues, withApi, withConnectionOptions, withExamples, withListOptions } from '../options.ts'

/** Adds `reprise apps …`. */
export function registerApps(program: Command): void {
  const apps = program.command('apps').description('the apps of a project')

  const push = withConnectionOptions(apps.command('push'))
    .description('pack a CWL document and store it as an app, or as its next revision')
    .argument('<file>', 'CWL document')
    .argument('<app>', 'OWNER/PROJECT/NAME')
    .action((file, app, options) =>
      withApi(options, async api => (await import('../commands/apps/push.ts')).appsPush(api, file, app, options)),
    )
  withExamples(push, 'apps push workflow.cwl ana/rna/align')

  const list = withListOptions(apps.command('list'))
    .description('list apps')
    .option('--project <owner/name>', 'of this project')
    .option('--owner <user>', 'of the projects of this owner')
    .option('--public', 'public apps')
    .option('--query <words>', 'with these words; may be repeated', collectValues)
    .action(options => withApi(options, async api => (await import('../commands/apps/list.ts')).appsList(api, options)))
  withExamples(list, 'apps list --project ana/rna', "apps list --public --query 'variant calling'")

  const get = withConnectionOptions(apps.command('get'))
    .description('show an app')
    .argument('<app>', 'OWNER/PROJECT/NAME, with /REVISION for another than the latest')
    .option('--project <owner/name>', 'project of an app that is given by its name')
    .option('--raw', 'print its document')
    .option('--fields <names>', 'only these fields')
    .action((app, options) =>
      withApi(options, async api => (await import('../commands/apps/get.ts')).appsGet(api, app, options)),
    )
  withExamples(get, 'apps get ana/rna/align/3', 'apps get ana/rna/align --raw > align.cwl')

  const copy = withConnectionOptions(apps.command('copy'))
    .description('copy an app to a project')
    .argument('<app>', 'OWNER/PROJECT/NAME, with /REVISION for another than the latest')
    .argument('<project>', 'OWNER/NAME of the other project')
    .option('--name <name>', 'its short name there')
    .addOption(
      new Option('--strategy <word>', 'which revisions come along, and where later ones come from')
        .choices(['clone', 'direct', 'clone_direct', 'transient'])
        .default('clone'),
    )
    .action((app, project, options) =>
      withApi(options, async api => (await import('../commands/apps/copy.ts')).appsCopy(api, app, project, options)),
    )
  withExamples(copy, 'apps copy admin/sbg-public-data/star ana/rna --name star --strategy direct')

  const sync = withConnectionOptions(apps.command('sync'))
    .description('bring the newest revision of its source to a copied app')
    .argument('<app>', 'OWNER/PROJECT/NAME')
    .action((app, options) =>
      withApi(options, async api => (await import('../commands/apps/copy.ts')).appsSync(api, app, options)),
    )
  withExamples(sync, 'apps sync ana/rna/star')

  const revisions = withConnectionOptions(apps.command('revisions'))
    .description('list the revisions of an app')
    .argument('<app>', 'OWNER/PROJECT/NAME')
    .action((app, options) =>
      withApi(options, async api => (await import('../commands/apps/revisions.ts')).appsRevisions(api, app, options)),
    )
  withExamples(revisions, 'apps revisions ana/rna/align')
}
