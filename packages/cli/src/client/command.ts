import type { Command } from 'commander'
import { registerApps } from './nouns/apps.ts'
import { registerBatch } from './nouns/batch.ts'
import { registerFiles } from './nouns/files.ts'
import { registerProjects } from './nouns/projects.ts'
import { registerTasks } from './nouns/tasks.ts'
import { collectValues, withApi, withConnectionOptions, withListOptions } from './options.ts'

/**
 * Adds the commands of the client's side. They speak HTTP alone: to a server of ours or to any other that has the same API.
 * What a command needs is loaded when it runs.
 */
export function register(program: Command): void {
  withConnectionOptions(program.command('upload'))
    .description('upload files by the multipart protocol and print their ids')
    .argument('<file...>', 'files to upload')
    .option('--project <owner/name>', 'project to upload to')
    .option('--folder <path>', 'folder to upload to, instead of the root of a project: its path or id')
    .option('--name <name>', 'name of the file there')
    .option('--overwrite', 'replace a file of the same name')
    .action((files, options) =>
      withApi(options, async api => (await import('./commands/upload.ts')).upload(api, files, options)),
    )

  withConnectionOptions(program.command('download'))
    .description('download files, folders, or the outputs of tasks; goes on where it was interrupted')
    .argument('<id...>', 'ids or paths of files and folders, or ids of tasks')
    .option('--outdir <folder>', 'where to', '.')
    .option('--overwrite', 'replace files that are there')
    .action((ids, options) =>
      withApi(options, async api => (await import('./commands/download.ts')).download(api, ids, options)),
    )

  withChanges(withConnectionOptions(program.command('rerun')))
    .description('run a task again, with the same inputs or some others, wait for it, and say whether it reproduced')
    .argument('<task>', 'id or name of the task')
    .option('--plan', 'show what it would run and what it would reuse, and ask first')
    .option('--yes', 'with --plan: do not ask')
    .option('--draft', 'leave the new task a draft')
    .option('--no-wait', 'do not wait for the end')
    .action((task, options) =>
      withApi(options, async api => (await import('./commands/rerun.ts')).rerun(api, task, options)),
    )

  withChanges(withConnectionOptions(program.command('plan')))
    .description('show what a draft, or a rerun of a task, would run, what it would reuse, and why; makes no task')
    .argument('<task>', 'id or name of the task')
    .action((task, options) =>
      withApi(options, async api => (await import('./commands/plan.ts')).plan(api, task, options)),
    )

  withConnectionOptions(program.command('compare'))
    .description(
      'compare a task with another, its origin by default; ends with 0 when it reproduced, 1 when not, 2 when it can not be said',
    )
    .argument('<task>', 'id or name of the task')
    .argument('[task]', 'id or name of the other, older one')
    .option('--all', 'identical outputs too')
    .action((task, other, options) =>
      withApi(options, async api => (await import('./commands/compare.ts')).compare(api, task, other, options)),
    )

  withConnectionOptions(program.command('verify'))
    .description('run a task again without reuse and compare; says which steps are deterministic')
    .argument('<task>', 'id or name of the task')
    .option('--no-wait', 'do not wait for the end: the comparison is made when it comes')
    .action((task, options) =>
      withApi(options, async api => (await import('./commands/verify.ts')).verify(api, task, options)),
    )

  withListOptions(program.command('jobs'))
    .description('list the jobs of a task, those that failed first')
    .argument('<task>', 'id or name of the task')
    .option('--status <status>', 'in this state: WAITING, RUNNING, DONE, FAILED, ABORTED, SKIPPED')
    .option('--path <path>', 'this job, or those whose path begins so: align*')
    .option('--order-by <field>', 'path, start_time or duration')
    .option('--reused', 'those that took the result of another job')
    .option('--follow', 'print each job as it ends, until the task does')
    .action((task, options) =>
      withApi(options, async api => (await import('./commands/jobs.ts')).jobs(api, task, options)),
    )

  withConnectionOptions(program.command('distrust'))
    .description('mark the result of a job as bad: it is never reused again; tells which tasks took it')
    .argument('<task>', 'id or name of the task')
    .argument('<path>', 'path of the job, as reprise jobs shows it; align* is all that begin so')
    .option('--reason <text>', 'why')
    .option('--undo', 'take the mark back')
    .action((task, path, options) =>
      withApi(options, async api => (await import('./commands/distrust.ts')).distrust(api, task, path, options)),
    )

  withConnectionOptions(program.command('lineage'))
    .description("draw a task's origins and reruns as a tree: what each changed, and whether it reproduced")
    .argument('<task>', 'id or name of the task')
    .action((task, options) =>
      withApi(options, async api => (await import('./commands/lineage.ts')).lineage(api, task, options)),
    )

  withConnectionOptions(program.command('task'))
    .description('show a task')
    .argument('<task>', 'id or name of the task')
    .option('--wait', 'wait for its end first')
    .action((task, options) =>
      withApi(options, async api => (await import('./commands/task.ts')).task(api, task, options)),
    )

  withConnectionOptions(program.command('logs'))
    .description("print what a task's jobs wrote")
    .argument('<task>', 'id or name of the task')
    .option('--job <name>', 'one job only')
    .action((task, options) =>
      withApi(options, async api => (await import('./commands/logs.ts')).logs(api, task, options)),
    )

  registerProjects(program)
  registerFiles(program)
  registerApps(program)
  registerTasks(program)
  registerBatch(program)
}

/** What is to be other than in the origin. */
function withChanges(command: Command): Command {
  return command
    .option(
      '--set <input=value>',
      'another value for an input: JSON, text, or the id or path of a file',
      collectValues,
      [],
    )
    .option('--app <app>', 'another app, or another revision of it: OWNER/PROJECT/NAME/REVISION')
    .option('--only-failed', 'of a batch task only the children that failed')
    .option(
      '--resources <step.kind=amount>',
      'give a step other resources: call.memory_mib=4096, align.cores=8, seconds=3600 for all',
      collectValues,
      [],
    )
    .option('--memoize', 'take what earlier jobs have computed; run only what is other')
}
