import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const REPRISE = resolve(import.meta.dirname, '../../../../bin/reprise')
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-apps-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

interface Output {
  [id: string]: { location: string; basename: string; metadata: object; secondaryFiles: { basename: string }[] }
}

/** Runs a document with these files as its inputs, by name. */
async function run(document: object, inputs: object, files: { [name: string]: string } = {}) {
  const [tool, job] = [join(folder, 'app.json'), join(folder, 'job.json')]
  await writeFile(tool, JSON.stringify(document))
  await writeFile(job, JSON.stringify(inputs))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const child = spawn(REPRISE, ['run', '--outdir', join(folder, 'out'), tool, job], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', data => (said.stdout += data))
  child.stderr.on('data', data => (said.stderr += data))
  const [code] = await once(child, 'close')
  return { code: code as number, ...said, outputs: code === 0 ? (JSON.parse(said.stdout) as Output) : {} }
}

const textOf = (file: { location: string } | undefined) => readFile(fileURLToPath(file!.location), 'utf8')
const script = (text: string) => ({ class: 'Expression', engine: '#cwl-js-engine', script: text })

test('a draft-2 tool: a line for the shell, created and staged files, job.json, metadata', async () => {
  const tool = {
    cwlVersion: 'sbg:draft-2',
    class: 'CommandLineTool',
    baseCommand: ['sh', 'count.sh', script("'*.txt'"), '| tr a-z A-Z &&'],
    arguments: [{ valueFrom: 'grep -o \'"cpu": [0-9]*\' job.json', position: 5 }],
    inputs: [
      { id: '#text', type: ['File'], 'sbg:stageInput': 'copy' },
      {
        id: '#word',
        type: ['string'],
        inputBinding: { position: 1, prefix: 'echo', valueFrom: script('$self + " | rev;"') },
      },
    ],
    outputs: [
      {
        id: '#out',
        type: ['null', 'File'],
        outputBinding: {
          glob: 'out.txt',
          secondaryFiles: ['.idx'],
          'sbg:inheritMetadataFrom': '#text',
          'sbg:metadata': { n: script('1 + 1') },
        },
      },
      { id: '#text_after', type: ['File'], outputBinding: { glob: 'a.txt' } },
    ],
    requirements: [
      {
        class: 'CreateFileRequirement',
        fileDef: [
          {
            filename: 'count.sh',
            fileContent: 'echo more >> a.txt; touch out.txt.idx; cat $1 | wc -l | xargs echo lines',
          },
        ],
      },
    ],
    hints: [{ class: 'sbg:CPURequirement', value: script('$job.inputs.word.length') }],
    stdout: 'out.txt',
    successCodes: [0],
  }
  const text = { class: 'File', path: 'a.txt', metadata: { sample: 's1' } }
  const { code, outputs, stderr } = await run(tool, { text, word: 'x' }, { 'a.txt': 'one\n' })
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('warning')])
  expect(await textOf(outputs.out)).toBe('"cpu": 1\n')
  expect(await textOf(outputs.text_after)).toBe('one\nmore\n')
  expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('one\n')
  expect(outputs.out).toMatchObject({ metadata: { sample: 's1', n: 2 }, secondaryFiles: [{ basename: 'out.txt.idx' }] })
})

test('a draft-2 workflow scatters and runs a tool of v1.2', async () => {
  const workflow = {
    cwlVersion: 'sbg:draft-2',
    class: 'Workflow',
    inputs: [{ id: '#words', type: [{ type: 'array', items: 'string' }] }],
    outputs: [{ id: '#all', type: ['null', 'File'], source: ['#join.all'] }],
    steps: [
      {
        id: '#say',
        run: {
          class: 'CommandLineTool',
          baseCommand: ['echo'],
          inputs: [{ id: '#word', type: ['string'], inputBinding: { position: 1 } }],
          outputs: [{ id: '#said', type: ['File'], outputBinding: { glob: '*.txt' } }],
          stdout: script('$job.inputs.word + ".txt"'),
        },
        inputs: [{ id: '#say.word', source: ['#words'] }],
        outputs: [{ id: '#say.said' }],
        scatter: '#say.word',
      },
      {
        id: '#join',
        run: {
          cwlVersion: 'v1.2',
          class: 'CommandLineTool',
          baseCommand: 'cat',
          inputs: { files: { type: 'File[]', inputBinding: {} } },
          outputs: { all: 'stdout' },
        },
        inputs: [{ id: '#join.files', source: ['#say.said'] }],
        outputs: [{ id: '#join.all' }],
      },
    ],
  }
  const { outputs } = await run(workflow, { words: ['b', 'a'] })
  expect(await textOf(outputs.all)).toBe('b\na\n')
})

test('codes: a success that is not 0, a temporary failure', async () => {
  const tool = {
    cwlVersion: 'sbg:draft-2',
    class: 'CommandLineTool',
    baseCommand: ['exit'],
    inputs: [{ id: '#code', type: ['int'], inputBinding: {} }],
    outputs: [],
    successCodes: [0, 4],
    temporaryFailCodes: [75],
  }
  expect((await run(tool, { code: 4 })).code).toBe(0)
  const failed = await run(tool, { code: 75 })
  expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('exit code 75')])
})

test('a machine that is not as large as a hint says is no hindrance', async () => {
  const tool = {
    cwlVersion: 'v1.0',
    class: 'CommandLineTool',
    baseCommand: 'true',
    inputs: [],
    outputs: [],
    hints: [{ class: 'sbg:AWSInstanceType', value: 'x1e.32xlarge' }],
  }
  const { code, stderr } = await run(tool, {})
  expect(code).toBe(0)
  expect(stderr).toContain('the instance type x1e.32xlarge has 128 cores, and this machine has ')
})
