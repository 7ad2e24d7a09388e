import type { Command } from 'commander'
import type { Api } from './api.ts'
import type { ConnectionOptions } from './connection.ts'

/**
 * Adds the commands of the client's side. They speak HTTP alone: to a server of ours or to any other that has the same API.
 * What a command needs is loaded when it runs.
 */
export function register(program: Command): void {
  connected(program.command('upload'))
    .description('upload files by the multipart protocol and print their ids')
    .argument('<file...>', 'files to upload')
    .option('--project <owner/name>', 'project to upload to')
    .option('--folder <id>', 'folder to upload to, instead of the root of a project')
    .option('--name <name>', 'name of the file there')
    .option('--overwrite', 'replace a file of the same name')
    .action((files, options) =>
      withApi(options, async api => (await import('./commands/upload.ts')).upload(api, files, options)),
    )

  connected(program.command('download'))
    .description('download files, folders, or the outputs of tasks; goes on where it was interrupted')
    .argument('<id...>', 'ids of files, folders or tasks')
    .option('--outdir <folder>', 'where to', '.')
    .option('--overwrite', 'replace files that are there')
    .action((ids, options) =>
      withApi(options, async api => (await import('./commands/download.ts')).download(api, ids, options)),
    )

  connected(program.command('apps').description('the apps of a project').command('push'))
    .description('pack a CWL document and store it as an app, or as its next revision')
    .argument('<file>', 'CWL document')
    .argument('<app>', 'OWNER/PROJECT/NAME')
    .action((file, app, options) =>
      withApi(options, async api => (await import('./commands/apps-push.ts')).appsPush(api, file, app, options)),
    )

  connected(program.command('rerun'))
    .description('run a task again, with the same inputs or some others, and wait for it')
    .argument('<task>', 'id of the task')
    .option('--set <input=value>', 'another value for an input: JSON, text, or the id of a file', gather, [])
    .option('--draft', 'leave the new task a draft')
    .option('--no-wait', 'do not wait for the end')
    .action((task, options) =>
      withApi(options, async api => (await import('./commands/rerun.ts')).rerun(api, task, options)),
    )

  connected(program.command('task'))
    .description('show a task')
    .argument('<task>', 'id of the task')
    .option('--wait', 'wait for its end first')
    .action((task, options) =>
      withApi(options, async api => (await import('./commands/task.ts')).task(api, task, options)),
    )

  connected(program.command('logs'))
    .description("print what a task's jobs wrote")
    .argument('<task>', 'id of the task')
    .option('--job <name>', 'one job only')
    .action((task, options) =>
      withApi(options, async api => (await import('./commands/logs.ts')).logs(api, task, options)),
    )
}

const gather = (value: string, before: string[]) => [...before, value]

const connected = (command: Command) =>
  command
    .option('--url <url>', 'address of the API, as in http://127.0.0.1:8080/v2 (or SB_API_ENDPOINT)')
    .option('--token <token>', 'authentication token (or SB_AUTH_TOKEN)')
    .option('--profile <name>', 'profile in ~/.sevenbridges/credentials')
    .option('--json', 'print JSON, and no progress')

async function withApi(options: ConnectionOptions, run: (api: Api) => Promise<void>): Promise<void> {
  const [{ createApi }, { resolveConnection }, { ClientError, Interrupted }] = await Promise.all([
    import('./api.ts'),
    import('./connection.ts'),
    import('./errors.ts'),
  ])
  process.stdout.on('error', leaveWithReader)
  try {
    await run(createApi(resolveConnection(options)))
  } catch (error) {
    if (!(error instanceof ClientError) && !(error instanceof Interrupted)) throw error
    console.error(`reprise: ${error.message}`)
    process.exitCode = error instanceof Interrupted ? 130 : 1
  }
}

/** Ends in silence when who reads what is printed stopped reading, as `head` does. */
function leaveWithReader(error: Error): void {
  if ('code' in error && error.code === 'EPIPE') process.exit()
  throw error
}
