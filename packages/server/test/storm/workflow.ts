/** How many jobs a task has: so many one after the other, and then so many beside each other. */
export interface Width {
  chain: number
  scatter: number
}

/** What the output of such a workflow holds. */
export function outputOf({ chain, scatter }: Width): string {
  const lines = (names: string[]) => names.map(name => `${name}\n`).join('')
  const before = lines(Array.from({ length: chain }, (_, step) => `s${step + 1}`))
  const wide = Array.from({ length: scatter }, (_, number) => before + lines([`wide-${number}`]))
  return wide.join('') + lines(['last'])
}

/** A workflow whose jobs note their start and their end in the file of markers, by the task's name. */
export function workflowOf(marker: string, { chain, scatter }: Width): object {
  const note = (name: string) => [
    `echo "$0 ${name} start" >> ${marker}`,
    'sleep 0.2',
    'cat "$@" > out.txt',
    `echo ${name} >> out.txt`,
    `echo "$0 ${name} end" >> ${marker}`,
  ]
  const tool = (name: string, more: object = {}) => ({
    class: 'CommandLineTool',
    requirements: { ResourceRequirement: { coresMin: 0.1, ramMin: 16 }, InlineJavascriptRequirement: {} },
    baseCommand: ['sh', '-c'],
    arguments: [{ valueFrom: note(name).join(' && '), position: -2 }],
    inputs: {
      task: { type: 'string', inputBinding: { position: -1 } },
      before: { type: 'File[]', inputBinding: { position: 1 } },
      ...more,
    },
    outputs: { out: { type: 'File', outputBinding: { glob: 'out.txt' } } },
  })
  const steps: { [name: string]: object } = {}
  for (let step = 1; step <= chain; step++) {
    const before = step === 1 ? { default: [] } : { source: [`s${step - 1}/out`], linkMerge: 'merge_flattened' }
    steps[`s${step}`] = { run: tool(`s${step}`), in: { task: 'task', before }, out: ['out'] }
  }
  const numbers = Array.from({ length: scatter }, (_, number) => number)
  steps.wide = {
    run: tool('wide-$(inputs.number)', { number: 'int' }),
    scatter: 'number',
    in: {
      task: 'task',
      before: { source: [`s${chain}/out`], linkMerge: 'merge_flattened' },
      number: { default: numbers },
    },
    out: ['out'],
  }
  steps.last = { run: tool('last'), in: { task: 'task', before: 'wide/out' }, out: ['out'] }
  return {
    cwlVersion: 'v1.2',
    class: 'Workflow',
    requirements: {
      ScatterFeatureRequirement: {},
      MultipleInputFeatureRequirement: {},
      InlineJavascriptRequirement: {},
    },
    inputs: { task: 'string' },
    outputs: { out: { type: 'File', outputSource: 'last/out' } },
    steps,
  }
}
