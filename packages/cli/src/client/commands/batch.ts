import type { Api } from '../api.ts'
import { settingsFor } from '../app-inputs.ts'
import { type BatchBy, batchByOf, type Group, groupsOf } from '../batch-groups.ts'
import { ClientError } from '../errors.ts'
import { printTable } from '../listing.ts'
import { appOf, fileOf, projectOf } from '../names.ts'
import { pairsOf } from '../pairs.ts'
import { printJson } from '../print.ts'
import { CHILDREN } from '../rows.ts'
import { fileInputs, inputsOf } from '../settings.ts'
import type { App, FileEntry, Task } from '../shapes.ts'
import { waitForTask, watchTask } from '../wait.ts'
import { reportTask } from './task.ts'
import { type TasksCreateFlags, taskOptions } from './tasks/create.ts'

export interface BatchFlags extends TasksCreateFlags {
  input: string[]
  by: string[]
}

const groupColumns = [
  { title: 'GROUP', of: (group: Group) => group.value },
  { title: 'FILES', of: (group: Group) => group.files.map(({ name }) => name) },
]

/**
 * Makes a batch task: one input gets many values, and each group of them a child task of its own. Shows the groups, which
 * the server makes in the same way when the task runs, and then the children.
 */
export async function batch(api: Api, appName: string, flags: BatchFlags): Promise<void> {
  const project = await projectOf(api, flags.project)
  const app = await appOf(api, appName, project)
  const by = batchByOf(flags.by)
  const { input, files, values } = await batched(api, { app, project, given: flags.input })
  const others = await settingsFor(api, { app, project, settings: flags.set, file: flags.inputs })
  const body = { project, app, ...taskOptions(flags), inputs: { ...others, [input]: values } }
  const task = await api.post<Task>('/tasks', {
    query: { action: flags.run ? 'run' : undefined },
    body: { ...body, batch_input: input, batch_by: by },
  })
  if (!flags.json && files) printGroups(files, by)
  await show(api, task, flags)
}

interface Batched {
  input: string
  /** undefined for an input that takes no files */
  files?: FileEntry[]
  values: unknown[]
}

/** The input that is batched, and its values: files by paths or ids, where a folder stands for the files in it. */
async function batched(
  api: Api,
  { app, project, given }: { app: string; project: string; given: string[] },
): Promise<Batched> {
  const pairs = [...pairsOf(given, '--input')]
  if (pairs.length !== 1)
    throw new ClientError('A batch goes over one input: give --input for that one, others by --set.')
  const [input, texts] = pairs[0]!
  const { raw } = await api.get<App>(`/apps/${app}`)
  if (!fileInputs(inputsOf(raw)).has(input)) {
    const values = await settingsFor(api, { app, project, settings: texts.map(text => `${input}=${text}`).slice(-1) })
    return { input, values: Array.isArray(values[input]) ? values[input] : texts }
  }
  const files: FileEntry[] = []
  for (const path of texts.flatMap(text => text.split(','))) files.push(...(await filesAt(api, path.trim(), project)))
  return { input, files, values: files.map(({ id }) => ({ class: 'File', path: id })) }
}

async function filesAt(api: Api, path: string, project: string): Promise<FileEntry[]> {
  const found = await fileOf(api, path, project)
  if (found.type !== 'folder') return [found]
  const entries = await api.list<FileEntry>('/files', { parent: found.id, fields: '_all' })
  const files = entries.filter(({ type }) => type !== 'folder')
  if (files.length === 0) throw new ClientError(`There are no files in the folder ${path}.`)
  return files
}

function printGroups(files: FileEntry[], by: BatchBy): void {
  printTable(groupsOf(files, by), groupColumns, ['group', 'groups'])
  console.log('')
}

/** Prints the task and, where it runs, its children: they are there once it is no longer CREATING. */
async function show(api: Api, task: Task, { run, wait, json }: BatchFlags): Promise<void> {
  const isMade = ({ status }: Task) => status !== 'CREATING'
  const now = wait ? await watchTask(api, task.id, json ?? false) : await waitForTask(api, task.id, { until: isMade })
  const runs = now.status !== 'DRAFT'
  const children = runs ? await api.list<Task>('/tasks', { parent: task.id, fields: CHILDREN.fields }) : []
  if (json) printJson({ ...now, children })
  else {
    reportTask(now, {})
    if (runs) console.log('')
    if (runs) printTable(children, CHILDREN.columns, CHILDREN.nouns)
  }
  if (['FAILED', 'ABORTED'].includes(now.status) || (run && !runs)) process.exitCode = 1
}
