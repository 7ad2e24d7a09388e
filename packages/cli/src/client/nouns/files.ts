import type { Command } from 'commander'
import {
  collectValues,
  collectWords,
  parseCount,
  withApi,
  withConfirmOption,
  withConnectionOptions,
  withExamples,
  withListOptions,
} from '../options.ts'

/** Adds `reprise files …`. A path is OWNER/PROJECT/FOLDER/NAME, or an id. */
export function registerFiles(program: Command): void {
  const files = program.command('files').description('the files and folders of projects')

  const list = withListOptions(files.command('list'))
    .description('list one level of a project or a folder')
    .argument('<path>', 'OWNER/PROJECT, a path below it, or the id of a folder')
    .option('--name <name>', 'of this name; may be repeated', collectValues)
    .option('--tag <tag>', 'with this tag; may be repeated', collectValues)
    .option('--metadata <key=value>', 'with this value; one key repeated means any of the values', collectValues, [])
    .option('--task <task>', 'made by this task')
    .action((path, options) =>
      withApi(options, async api => (await import('../commands/files/list.ts')).filesList(api, path, options)),
    )
  withExamples(list, 'files list ana/rna', 'files list ana/rna/reads --metadata sample_id=S17 --json')

  const get = withConnectionOptions(files.command('get'))
    .description('show a file or folder')
    .argument('<path>', 'path or id')
    .option('--fields <names>', 'only these fields, as in id,size,metadata.sample_id')
    .action((path, options) =>
      withApi(options, async api => (await import('../commands/files/get.ts')).filesGet(api, path, options)),
    )
  withExamples(get, 'files get ana/rna/reads/s17.fastq', 'files get 5f2c0a1be4b0aa10e77c0001 --json')

  const mkdir = withConnectionOptions(files.command('mkdir'))
    .description('make folders')
    .argument('<path...>', 'paths of the new folders')
    .option('-p, --parents', 'make those above too, and be content with what is there')
    .action((paths, options) =>
      withApi(options, async api => (await import('../commands/files/mkdir.ts')).filesMkdir(api, paths, options)),
    )
  withExamples(mkdir, 'files mkdir --parents ana/rna/reads/2026')

  const rename = withConnectionOptions(files.command('rename'))
    .description('give a file or folder another name')
    .argument('<path>', 'path or id')
    .argument('<name>', 'its new name')
    .action((path, name, options) =>
      withApi(options, async api =>
        (await import('../commands/files/rename.ts')).filesRename(api, path, name, options),
      ),
    )
  withExamples(rename, 'files rename ana/rna/reads/s17.fastq sample17.fastq')

  for (const [verb, sentence] of [
    ['copy', 'copy files and folders to a folder, or the root of a project'],
    ['move', 'move files and folders to a folder, or the root of a project'],
  ] as const) {
    const command = withConnectionOptions(files.command(verb))
      .description(sentence)
      .argument('<path...>', 'what, and where to as the last: paths or ids')
      .option('--name <name>', 'name of the one file there')
      .action((paths: string[], options) =>
        withApi(options, async api => {
          const { filesCopy, filesMove } = await import('../commands/files/copy.ts')
          const run = verb === 'copy' ? filesCopy : filesMove
          if (paths.length < 2)
            command.error('error: missing argument: where to', { code: 'commander.missingArgument' })
          await run(api, paths.slice(0, -1), paths.at(-1)!, options)
        }),
      )
    withExamples(
      command,
      `files ${verb} ana/rna/reads/s17.fastq ana/rna/old`,
      `files ${verb} ana/rna/reads ana/archive`,
    )
  }

  const remove = withConfirmOption(withConnectionOptions(files.command('delete')))
    .description('delete files and empty folders')
    .argument('<path...>', 'paths or ids')
    .option('-r, --recursive', 'folders with all that is in them')
    .action((paths, options) =>
      withApi(options, async api => (await import('../commands/files/delete.ts')).filesDelete(api, paths, options)),
    )
  withExamples(remove, 'files delete ana/rna/reads/s17.fastq', 'files delete --recursive --yes ana/rna/old')

  const tag = withConnectionOptions(files.command('tag'))
    .description('show and change the tags of files')
    .argument('<path...>', 'paths or ids')
    .option('--add <tags>', 'tags to add, with commas between', collectWords, [])
    .option('--remove <tags>', 'tags to take away', collectWords, [])
    .option('--set <tags>', 'all tags that they shall have', collectWords)
    .action((paths, options) =>
      withApi(options, async api => (await import('../commands/files/tag.ts')).filesTag(api, paths, options)),
    )
  withExamples(tag, 'files tag ana/rna/reads/s17.fastq --add wgs,hg38 --remove draft')

  const metadata = withConnectionOptions(files.command('metadata'))
    .description('show and change the metadata of a file')
    .argument('<path>', 'path or id')
    .option('--set <key=value>', 'a value; may be repeated', collectValues, [])
    .option('--unset <key>', 'a key to take away; may be repeated', collectValues, [])
    .option('--replace', 'what --set says is all')
    .action((path, options) =>
      withApi(options, async api => (await import('../commands/files/metadata.ts')).filesMetadata(api, path, options)),
    )
  withExamples(metadata, 'files metadata ana/rna/reads/s17.fastq --set sample_id=S17 --unset lane')

  const search = withConnectionOptions(files.command('search'))
    .description('find files by a query in the language of the API')
    .argument('<query>', 'as in: IN "ana/rna" WHERE type = "FILE" AND metadata.sample_id = "S17"')
    .option('--limit <n>', 'at most so many', parseCount)
    .action((query, options) =>
      withApi(options, async api => (await import('../commands/files/search.ts')).filesSearch(api, query, options)),
    )
  withExamples(search, `files search 'IN "ana/rna" WHERE name = "s17.fastq"'`)
}
