import { isFileValue, type Task } from './shapes.ts'
import { textOf } from './table.ts'

export const printJson = (value: unknown) => console.log(JSON.stringify(value, null, 2))

/** Prints an object for people as a line for each field, or as JSON. */
export function printFields(value: object, { json }: { json?: boolean }): void {
  if (json) {
    printJson(value)
    return
  }
  const rows = Object.entries(value).filter(([key]) => key !== 'href')
  const width = Math.max(...rows.map(([key]) => key.length), 0) + 2
  for (const [key, field] of rows) console.log(key.padEnd(width) + textOf(field))
}

/** A task for people: what it is, how it stands, what came out. */
export function describeTask(task: Task): string {
  const steps = task.execution_status
  const progress = steps?.steps_total ? `, ${steps.steps_completed ?? 0} of ${steps.steps_total} steps` : ''
  const rows: [string, string | undefined][] = [
    ['Task', task.id],
    ['Name', task.name],
    ['App', task.app],
    ['Status', task.status + progress],
    ['Batch', task.batch && task.batch_input ? batchOf(task) : undefined],
    ['Created', task.created_time],
    ['Ended', task.end_time],
    ['Message', steps?.message || undefined],
    ...task.errors.map((error): [string, string] => ['Error', withInput(error)]),
    ...task.warnings.map((warning): [string, string] => ['Warning', withInput(warning)]),
  ]
  const outputs = Object.entries(task.outputs).map(([name, value]) => `  ${name}: ${describeValue(value)}`)
  const lines = rows.filter(([, value]) => value !== undefined).map(([label, value]) => `${label.padEnd(9)}${value}`)
  return [...lines, ...(task.status === 'COMPLETED' ? ['Outputs', ...outputs] : [])].join('\n')
}

function batchOf({ batch_input: input, batch_by: by, execution_status: status }: Task): string {
  const counts = ['queued', 'running', 'completed', 'failed', 'aborted'].flatMap(state => {
    const count = status?.[state]
    return typeof count === 'number' && count > 0 ? [`${count} ${state}`] : []
  })
  const how = by?.criteria?.length ? by.criteria.join(', ') : 'item'
  return `${input} by ${how}${counts.length > 0 ? `: ${counts.join(', ')}` : ''}`
}

const withInput = ({ input_id: input, message }: Task['errors'][number]) =>
  input && !message.includes(input) ? `${input}: ${message}` : message

/** A value of an input or output: files by their ids and names, anything else as JSON. */
export function describeValue(value: unknown): string {
  if (isFileValue(value)) return value.name ? `${value.path} (${value.name})` : value.path
  if (Array.isArray(value)) return `[${value.map(describeValue).join(', ')}]`
  return JSON.stringify(value)
}
