import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A workflow with its inputs, as JSON that every runner reads. */
export interface Example {
  tool: string
  job: string
}

const ECHO = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  baseCommand: 'echo',
  inputs: { message: { type: 'string', inputBinding: {} } },
  outputs: { said: 'stdout' },
  stdout: 'said.txt',
}

export const echo = (folder: string) => write(folder, 'echo', ECHO, { message: 'hello' })

/** `echo > file`, so many times. */
export function scatter(folder: string, jobs: number): Example {
  return write(folder, `scatter-${jobs}`, over(ECHO, 'message', 'File[]'), { items: range(jobs, n => `item ${n}`) })
}

/** Steps that each copy the file of the one before. */
export function chain(folder: string, steps: number): Example {
  const copy = { ...ECHO, baseCommand: 'cat', inputs: { message: { type: 'File', inputBinding: {} } } }
  const step = (n: number) => ({
    run: n === 0 ? ECHO : copy,
    in: { message: n === 0 ? 'message' : `step${n - 1}/said` },
    out: ['said'],
  })
  const workflow = {
    cwlVersion: 'v1.2',
    class: 'Workflow',
    inputs: { message: 'string' },
    outputs: { said: { type: 'File', outputSource: `step${steps - 1}/said` } },
    steps: Object.fromEntries(range(steps, n => [`step${n}`, step(n)])),
  }
  return write(folder, `chain-${steps}`, workflow, { message: 'hello' })
}

/** Each job evaluates JavaScript for its command line and for its output. */
export function javascript(folder: string, jobs: number): Example {
  const eval_ = '${ self[0].basename = inputs.message + ".txt"; return self[0] }'
  const tool = {
    ...ECHO,
    requirements: { InlineJavascriptRequirement: {} },
    inputs: { message: 'string' },
    arguments: ['${ return inputs.message.toUpperCase() }'],
    outputs: { said: { type: 'File', outputBinding: { glob: 'said.txt', outputEval: eval_ } } },
  }
  const items = range(jobs, n => `item${n}`)
  return write(folder, `javascript-${jobs}`, over(tool, 'message', 'File[]'), { items })
}

/** `true`, so many times: nothing but the engine. */
export function nothing(folder: string, jobs: number): Example {
  const tool = {
    cwlVersion: 'v1.2',
    class: 'CommandLineTool',
    baseCommand: 'true',
    inputs: { message: 'int' },
    outputs: { said: { type: 'int', outputBinding: { outputEval: '$(inputs.message)' } } },
  }
  return write(folder, `true-${jobs}`, over(tool, 'message', 'int[]', 'int[]'), { items: range(jobs, n => n) })
}

function over(tool: object, input: string, type: string, items = 'string[]') {
  return {
    cwlVersion: 'v1.2',
    class: 'Workflow',
    requirements: { ScatterFeatureRequirement: {} },
    inputs: { items },
    outputs: { said: { type, outputSource: 'say/said' } },
    steps: { say: { run: tool, scatter: input, in: { [input]: 'items' }, out: ['said'] } },
  }
}

function range<T>(length: number, make: (n: number) => T): T[] {
  return Array.from({ length }, (_, n) => make(n))
}

function write(folder: string, name: string, document: object, inputs: object): Example {
  const [tool, job] = [`${name}.cwl`, `${name}.json`].map(file => join(folder, file)) as [string, string]
  writeFileSync(tool, JSON.stringify(document))
  writeFileSync(job, JSON.stringify(inputs))
  return { tool, job }
}
