import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const REPRISE = resolve(import.meta.dirname, '../../../../bin/reprise')
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-test-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function check(...words: string[]) {
  const child = spawn(REPRISE, ['check', ...words], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  child.stdout.on('data', data => (stdout += data))
  const [code] = await once(child, 'close')
  return { code, stdout, lines: stdout.trimEnd().split('\n') }
}

const TOOL = `cwlVersion: v1.2
class: CommandLineTool
baseCommand: sort
inputs:
  data: File
  keys: integer
  order: { type: string, default: 5 }
stdout: $(inputs.dta.basename)
outputs:
  sorted: { type: File, outputBinding: { loadContents: yes please, globb: x } }
`

const WORKFLOW = `cwlVersion: v1.2
class: Workflow
inputs:
  texts: File[]
outputs:
  all: { type: File, outputSource: sort/sorted }
steps:
  sort:
    run: tool.cwl
    scater: data
    in: { data: texts, keys: kyes }
    out: [sorted, index]
    when: always
`

test('a document with ten mistakes gives ten problems, each where it stands', async () => {
  await writeFile(join(folder, 'tool.cwl'), TOOL)
  await writeFile(join(folder, 'workflow.cwl'), WORKFLOW)
  const { code, lines } = await check('workflow.cwl')
  expect(code).toBe(1)
  expect(lines).toEqual([
    'workflow.cwl:10:5: warning: a step has no field scater; is scatter meant?',
    "workflow.cwl:11:11: error: source: texts (File[]) can't be connected to the input data of step sort (File)",
    'workflow.cwl:11:24: error: source: there is no kyes in this workflow',
    'workflow.cwl:12:5: error: out: what the step runs has no output index',
    'workflow.cwl:13:5: error: when must be an expression, not "always"',
    'tool.cwl:6:3: error: there is no type integer; is int meant?',
    'tool.cwl:7:26: warning: the default does not fit the type: expected string, not number 5',
    'tool.cwl:8:1: error: stdout: $(inputs.dta.basename) names inputs.dta, which does not exist; is inputs.data meant?',
    'tool.cwl:10:42: error: loadContents must be true or false, not "yes please"',
    'tool.cwl:10:68: warning: an output binding has no field globb; is glob meant?',
    '7 errors, 3 warnings in 1 document',
  ])
})

test('warnings alone are no failure; --json gives data', async () => {
  await writeFile(
    join(folder, 'a.cwl'),
    'cwlVersion: v1.2\nclass: CommandLineTool\ninputs: []\noutputs: []\nlable: x\n',
  )
  expect(await check('a.cwl')).toMatchObject({ code: 0, lines: [expect.any(String), '1 warning in 1 document'] })
  const { code, stdout } = await check('--json', 'a.cwl')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toEqual([
    {
      rule: 'unknownField',
      severity: 'warning',
      message: 'a CommandLineTool has no field lable; is label meant?',
      field: 'lable',
      file: 'a.cwl',
      line: 5,
      column: 1,
    },
  ])
})

test('several documents, one of them not there, and one of tools to choose from', async () => {
  const graph = `cwlVersion: v1.2
$graph:
  - { id: one, class: CommandLineTool, inputs: [], outputs: [] }
  - { id: two, class: CommandLineTool, inputs: {}, outputs: {}, stdout: $(inputs.x) }
`
  await writeFile(join(folder, 'graph.cwl'), graph)
  expect((await check('graph.cwl', 'none.cwl')).lines).toEqual([
    'graph.cwl:4:65: error: stdout: $(inputs.x) names inputs.x, which does not exist',
    `none.cwl: error: no such file: ${join(folder, 'none.cwl')}`,
    '2 errors in 2 documents',
  ])
  await writeFile(join(folder, 'good.cwl'), graph.replace('$(inputs.x)', 'x'))
  expect(await check('good.cwl')).toMatchObject({ code: 0, lines: ['no problems in 1 document'] })
})

test('schemas on the web are said to be not fetched once, for many documents', async () => {
  const tool = 'cwlVersion: v1.2\nclass: CommandLineTool\ninputs: []\noutputs: []\n'
  const schemas = '$schemas: [http://example.org/a.owl, http://example.org/b.owl]\n'
  for (const name of ['a.cwl', 'b.cwl', 'c.cwl']) await writeFile(join(folder, name), tool + schemas)
  const { code, lines } = await check('a.cwl', 'b.cwl', 'c.cwl')
  expect(lines).toEqual([
    'a.cwl:5:12: warning: $schemas: http://example.org/a.owl is not fetched: only files are, so formats are compared by name',
    '1 warning in 3 documents',
  ])
  expect(code).toBe(0)
})
