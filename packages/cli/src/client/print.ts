import { isFileValue, type Task } from './shapes.ts'

export const printJson = (value: unknown) => console.log(JSON.stringify(value, null, 2))

/** A task for people: what it is, how it stands, what came out. */
export function describeTask(task: Task): string {
  const steps = task.execution_status
  const progress = steps?.steps_total ? `, ${steps.steps_completed ?? 0} of ${steps.steps_total} steps` : ''
  const rows: [string, string | undefined][] = [
    ['Task', task.id],
    ['Name', task.name],
    ['App', task.app],
    ['Status', task.status + progress],
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

const withInput = ({ input_id: input, message }: Task['errors'][number]) =>
  input && !message.includes(input) ? `${input}: ${message}` : message

function describeValue(value: unknown): string {
  if (isFileValue(value)) return value.name ? `${value.path} (${value.name})` : value.path
  if (Array.isArray(value)) return `[${value.map(describeValue).join(', ')}]`
  return JSON.stringify(value)
}
