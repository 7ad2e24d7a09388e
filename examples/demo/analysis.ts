import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Api } from '../../packages/cli/src/client/api.ts'
import { pushApp } from '../../packages/cli/src/client/commands/apps/push.ts'
import { type ComparedOutput, type Comparison, verdictLine } from '../../packages/cli/src/client/comparison.ts'
import { createProgress, formatBytes } from '../../packages/cli/src/client/progress.ts'
import { isFileValue, type Task } from '../../packages/cli/src/client/shapes.ts'
import { type Column, formatTable } from '../../packages/cli/src/client/table.ts'
import { uploadFile } from '../../packages/cli/src/client/upload.ts'
import { waitForTask } from '../../packages/cli/src/client/wait.ts'
import { formatScore, score } from '../somatic-variants/score.ts'

/** What came out at one output port. */
export interface Output {
  name: string
  bytes: Buffer
}

const example = join(import.meta.dirname, '../somatic-variants')
const inputs = { input_fasta_file: 'reference.fa', Normal_BAM: 'normal.bam', Tumor_BAM: 'tumor.bam' }

/** Makes the project, uploads the inputs, pushes the app and creates a task that is not yet run. */
export async function prepare(api: Api, signal: AbortSignal): Promise<Task> {
  const project = await api.post<{ id: string }>('/projects', { body: { name: 'demo' }, signal })
  console.log(`Project   ${project.id}`)
  const values: Record<string, unknown> = {}
  for (const [port, name] of Object.entries(inputs)) {
    const file = await uploadFile(api, join(example, 'inputs', name), { project: project.id }, { signal })
    values[port] = { class: 'File', path: file.id }
    console.log(`Uploaded  ${file.id}  ${name}, ${formatBytes(file.size ?? 0)}`)
  }
  const app = await pushApp(api, join(example, 'workflow.cwl'), `${project.id}/somatic-variants`)
  console.log(`App       ${app.id}`)
  const body = { name: 'somatic variants', project: project.id, app: app.id, inputs: values }
  return api.post<Task>('/tasks', { body, signal })
}

/** Waits for a task's end with a bar of its steps, and returns its outputs by port. */
export async function follow(api: Api, task: Task, signal: AbortSignal): Promise<Map<string, Output>> {
  const start = performance.now()
  const bar = createProgress('Running  ', 'steps', 0)
  const onChange = ({ execution_status: status }: Task) =>
    bar.update(status?.steps_completed ?? 0, status?.steps_total ?? 0)
  const ended = await waitForTask(api, task.id, { signal, onChange }).finally(bar.stop)
  if (ended.status !== 'COMPLETED') {
    const reasons = [...ended.errors.map(error => error.message), ended.execution_status?.message]
    throw new Error(`Task ${task.id} is ${ended.status}: ${reasons.filter(Boolean).join(' ')}`)
  }
  console.log(`${ended.status} after ${((performance.now() - start) / 1000).toFixed(1)} s`)
  const outputs = new Map<string, Output>()
  for (const [port, value] of Object.entries(ended.outputs)) {
    if (isFileValue(value)) outputs.set(port, await fetchOutput(api, value.path, signal))
  }
  return outputs
}

async function fetchOutput(api: Api, id: string, signal: AbortSignal): Promise<Output> {
  const { name } = await api.get<{ name: string }>(`/files/${id}`, { signal })
  const { url } = await api.get<{ url: string }>(`/files/${id}/download_info`, { signal })
  const response = await fetch(url, { signal })
  if (!response.ok) throw new Error(`${name} can't be downloaded: HTTP ${response.status}.`)
  return { name, bytes: Buffer.from(await response.arrayBuffer()) }
}

/** Prints what a comparison says of a rerun: the verdict of each output. */
export async function show(api: Api, comparison: Comparison): Promise<void> {
  const { task, with: other } = comparison
  const { items } = await api.get<{ items: ComparedOutput[] }>(`/tasks/${task}/comparison/outputs`, {
    query: { with: other },
  })
  const columns: Column<ComparedOutput>[] = [
    { title: 'output', of: row => row.place },
    { title: 'first run', of: row => hashOf(row.old) },
    { title: 'rerun', of: row => hashOf(row.new) },
    { title: 'verdict', of: row => row.verdict },
  ]
  console.log(`${formatTable(columns, items)}\n${verdictLine(comparison)}`)
}

function hashOf(side: unknown): string {
  return (side as { sha256?: string } | undefined)?.sha256?.slice(0, 12) ?? 'missing'
}

/** Prints precision and recall of the calls against the variants that were planted. */
export async function judge(outputs: Map<string, Output>): Promise<void> {
  const text = (name: string) => readFile(join(example, 'inputs', basename(name)), 'utf8')
  const scores = score({
    reference: await text('reference.fa'),
    truth: await text('truth.vcf'),
    snps: outputs.get('High_Confidence_SNPs')!.bytes.toString(),
    indels: outputs.get('High_Confidence_INDELs')!.bytes.toString(),
  })
  for (const result of scores) console.log(formatScore(result))
}
