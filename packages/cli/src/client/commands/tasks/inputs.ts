import type { Api } from '../../api.ts'
import { settingsFor } from '../../app-inputs.ts'
import { taskOf } from '../../names.ts'
import { describeValue, printJson } from '../../print.ts'
import type { Task } from '../../shapes.ts'
import { formatTable, terminalWidth } from '../../table.ts'

/** Shows the inputs of a task, after changing those that `--set` names. */
export async function tasksInputs(api: Api, name: string, flags: { set: string[]; json?: boolean }): Promise<void> {
  const id = await taskOf(api, name)
  const inputs = flags.set.length > 0 ? await change(api, id, flags.set) : await api.get<Inputs>(`/tasks/${id}/inputs`)
  if (flags.json) return printJson(inputs)
  const columns = [
    { title: 'INPUT', of: ([input]: [string, unknown]) => input },
    { title: 'VALUE', of: ([, value]: [string, unknown]) => (value === null ? '' : describeValue(value)) },
  ]
  console.log(formatTable(columns, Object.entries(inputs), terminalWidth()))
}

type Inputs = Record<string, unknown>

async function change(api: Api, id: string, settings: string[]): Promise<Inputs> {
  const { app, project } = await api.get<Task>(`/tasks/${id}`)
  const body = await settingsFor(api, { app, project, settings })
  return api.call<Inputs>('PATCH', `/tasks/${id}/inputs`, { body })
}
