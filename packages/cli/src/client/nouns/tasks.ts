import { type Command, Option } from 'commander'
import {
  collectValues,
  withApi,
  withConfirmOption,
  withConnectionOptions,
  withExamples,
  withListOptions,
} from '../options.ts'

/** Adds `reprise tasks …`. */
export function registerTasks(program: Command): void {
  const tasks = program.command('tasks').description('the tasks of projects')

  const list = withListOptions(tasks.command('list'))
    .description('list tasks, the latest first')
    .option('--project <owner/name>', 'of this project')
    .option('--status <status>', 'in this state: DRAFT, QUEUED, RUNNING, COMPLETED, FAILED, ABORTED, …')
    .option('--parent <task>', 'children of this batch task')
    .option('--batch', 'batch tasks only')
    .option('--no-batch', 'no batch tasks')
    .option('--created-from <date>', 'made then or later, as in 2026-01-31 or 2026-01-31T08:00:00+01:00')
    .option('--created-to <date>', 'made then or earlier')
    .addOption(order())
    .addOption(new Option('--order <direction>', 'asc or desc').choices(['asc', 'desc']).default('desc'))
    .action(options =>
      withApi(options, async api => (await import('../commands/tasks/list.ts')).tasksList(api, options)),
    )
  withExamples(list, 'tasks list --project ana/rna --status failed', 'tasks list --all --json --fields id,status')

  const get = withConnectionOptions(tasks.command('get'))
    .description('show a task')
    .argument('<task>', 'id or name of the task')
    .option('--fields <names>', 'only these fields, as in id,status,inputs.reads')
    .action((task, options) =>
      withApi(options, async api => (await import('../commands/tasks/get.ts')).tasksGet(api, task, options)),
    )
  withExamples(get, 'tasks get 0b8e63c5-3d20-4f1e-8a2f-3f6d3a6f9d11', "tasks get 'align S17' --json")

  const create = withConnectionOptions(tasks.command('create'))
    .description('make a task of an app: a draft, or one that runs')
    .argument('<app>', 'OWNER/PROJECT/NAME, with /REVISION for another than the latest')
    .requiredOption('--project <owner/name>', 'project of the task')
    .option('--name <name>', 'name of the task')
    .option('--description <text>', 'what it is for')
    .option('--set <input=value>', 'an input: JSON, text, or the id or path of a file', collectValues, [])
    .option('--inputs <file>', 'a file with inputs, JSON or YAML')
    .option('--instance <type>', 'hint for the machine, as in "m5.2xlarge;ebs-gp2;700"')
    .option('--interruptible', 'may run on machines that can be taken away')
    .option('--no-interruptible', 'may not')
    .option('--memoize', 'take what earlier jobs have computed')
    .option('--run', 'run it at once')
    .option('--wait', 'wait for its end')
    .action((app, options) =>
      withApi(options, async api => (await import('../commands/tasks/create.ts')).tasksCreate(api, app, options)),
    )
  withExamples(
    create,
    'tasks create ana/rna/align --project ana/rna --set reads=reads/s17.fastq --set threads=8 --run --wait',
    'tasks create align --project rna --inputs job.yaml',
  )

  const run = withConnectionOptions(tasks.command('run'))
    .description('run a draft')
    .argument('<task>', 'id or name of the task')
    .option('--no-batch', 'as one task, though it is a batch')
    .option('--interruptible', 'may run on machines that can be taken away')
    .option('--no-interruptible', 'may not')
    .option('--wait', 'wait for its end')
    .action((task, options) =>
      withApi(options, async api => (await import('../commands/tasks/run.ts')).tasksRun(api, task, options)),
    )
  withExamples(run, 'tasks run 0b8e63c5-3d20-4f1e-8a2f-3f6d3a6f9d11 --wait')

  const abort = withConfirmOption(withConnectionOptions(tasks.command('abort')))
    .description('stop tasks that run or wait')
    .argument('<task...>', 'ids or names of tasks')
    .action((names, options) =>
      withApi(options, async api => (await import('../commands/tasks/abort.ts')).tasksAbort(api, names, options)),
    )
  withExamples(abort, 'tasks abort 0b8e63c5-3d20-4f1e-8a2f-3f6d3a6f9d11 --yes')

  const clone = withConnectionOptions(tasks.command('clone'))
    .description('make a draft like a task; see also: reprise rerun')
    .argument('<task>', 'id or name of the task')
    .option(
      '--set <input=value>',
      'another value for an input: JSON, text, or the id or path of a file',
      collectValues,
      [],
    )
    .option('--run', 'run it at once')
    .option('--wait', 'wait for its end')
    .action((task, options) =>
      withApi(options, async api => {
        const { rerun } = await import('../commands/rerun.ts')
        await rerun(api, task, { ...options, draft: !options.run, wait: options.wait ?? false })
      }),
    )
  withExamples(clone, 'tasks clone 0b8e63c5-3d20-4f1e-8a2f-3f6d3a6f9d11 --set depth=20')

  const remove = withConfirmOption(withConnectionOptions(tasks.command('delete')))
    .description('delete drafts')
    .argument('<task...>', 'ids or names of drafts')
    .action((names, options) =>
      withApi(options, async api => (await import('../commands/tasks/delete.ts')).tasksDelete(api, names, options)),
    )
  withExamples(remove, 'tasks delete 0b8e63c5-3d20-4f1e-8a2f-3f6d3a6f9d11')

  const wait = withConnectionOptions(tasks.command('wait'))
    .description('wait until tasks are over; ends with 1 unless all are COMPLETED')
    .argument('<task...>', 'ids or names of tasks')
    .action((names, options) =>
      withApi(options, async api => (await import('../commands/tasks/wait.ts')).tasksWait(api, names, options)),
    )
  withExamples(wait, 'tasks wait $(reprise tasks list --status running --json | jq -r .[].id)')

  const inputs = withConnectionOptions(tasks.command('inputs'))
    .description('show the inputs of a task, or change those of a draft')
    .argument('<task>', 'id or name of the task')
    .option('--set <input=value>', 'a value for an input: JSON, text, or the id or path of a file', collectValues, [])
    .action((task, options) =>
      withApi(options, async api => (await import('../commands/tasks/inputs.ts')).tasksInputs(api, task, options)),
    )
  withExamples(inputs, 'tasks inputs 0b8e63c5-3d20-4f1e-8a2f-3f6d3a6f9d11 --set depth=20 --set label=null')

  const children = withListOptions(tasks.command('children'))
    .description('list the children of a batch task')
    .argument('<task>', 'id or name of the batch task')
    .option('--status <status>', 'in this state')
    .action((task, options) =>
      withApi(options, async api => (await import('../commands/tasks/children.ts')).tasksChildren(api, task, options)),
    )
  withExamples(children, 'tasks children 0b8e63c5-3d20-4f1e-8a2f-3f6d3a6f9d11 --status failed')
}

const order = () =>
  new Option('--order-by <field>', 'what the order goes by')
    .choices(['created_time', 'start_time', 'end_time', 'name', 'created_by'])
    .default('created_time')
