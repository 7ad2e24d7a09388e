import type { Command } from 'commander'
import { collectValues, collectWords, withApi, withConnectionOptions, withExamples } from '../options.ts'

/** Adds `reprise batch`. */
export function registerBatch(program: Command): void {
  const batch = withConnectionOptions(program.command('batch'))
    .description('make a batch task: one input gets many files, and each group of them a task of its own')
    .argument('<app>', 'OWNER/PROJECT/NAME, with /REVISION for another than the latest')
    .requiredOption('--project <owner/name>', 'project of the task')
    .requiredOption('--input <input=files>', 'what is split: paths or ids of files, or of a folder', collectValues)
    .requiredOption('--by <field>', 'item, or fields of the files such as metadata.sample_id', collectWords)
    .option('--set <input=value>', 'another input: JSON, text, or the id or path of a file', collectValues, [])
    .option('--inputs <file>', 'a file with other inputs, JSON or YAML')
    .option('--name <name>', 'name of the task')
    .option('--description <text>', 'what it is for')
    .option('--instance <type>', 'hint for the machine')
    .option('--interruptible', 'may run on machines that can be taken away')
    .option('--no-interruptible', 'may not')
    .option('--memoize', 'take what earlier jobs have computed')
    .option('--run', 'run it at once')
    .option('--wait', 'wait for its end')
    .action((app, options) =>
      withApi(options, async api => (await import('../commands/batch.ts')).batch(api, app, options)),
    )
  withExamples(
    batch,
    'batch ana/rna/align --project ana/rna --input reads=reads/ --by metadata.sample_id --run --wait',
    'batch align --project rna --input reads=a.fastq,b.fastq --by item --set threads=8',
  )
}
