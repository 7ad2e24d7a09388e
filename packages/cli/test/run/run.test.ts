import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const REPRISE = resolve(import.meta.dirname, '../../../../bin/reprise')
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-test-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function write(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text)
  return join(folder, name)
}

function start(words: string[], env = process.env) {
  const child = spawn(REPRISE, ['run', '--outdir', join(folder, 'out'), ...words], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', data => (said.stdout += data))
  child.stderr.on('data', data => (said.stderr += data))
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, ...said }))
  return { child, ended }
}

const run = (...words: string[]) => start(words).ended
const tool = (rest: string) =>
  `cwlVersion: v1.2\nclass: CommandLineTool\nrequirements: { ShellCommandRequirement: {} }\n${rest}`
const shell = (line: string) => `arguments: [{ shellQuote: false, valueFrom: ${JSON.stringify(line)} }]\n`

const SCATTERED = `
cwlVersion: v1.2
class: Workflow
requirements: { ScatterFeatureRequirement: {} }
inputs: { words: "string[]" }
outputs: { files: { type: "File[]", outputSource: write/file } }
steps:
  write:
    scatter: word
    in: { word: words }
    out: [file]
    run:
      class: CommandLineTool
      inputs: { word: { type: string, inputBinding: {} } }
      outputs: { file: { type: File, secondaryFiles: [.idx?], outputBinding: { glob: out.txt } } }
      baseCommand: [sh, -c, 'echo "$0" > out.txt; echo index "$0" > out.txt.idx']
`

describe('outputs', () => {
  test('of one name are all kept, with different names, and secondary files go with them', async () => {
    const { code, stdout } = await run(await write('wf.cwl', SCATTERED), await write('job.yml', 'words: [a, b, c]'))
    expect(code).toBe(0)
    const { files } = JSON.parse(stdout) as { files: { location: string; secondaryFiles: { location: string }[] }[] }
    const texts = await Promise.all(
      files
        .flatMap(file => [file, ...file.secondaryFiles])
        .map(({ location }) => readFile(fileURLToPath(location), 'utf8')),
    )
    expect(texts).toEqual(['a\n', 'index a\n', 'b\n', 'index b\n', 'c\n', 'index c\n'])
    for (const file of files) expect(file.secondaryFiles[0]?.location).toBe(`${file.location}.idx`)
  })

  test('never replace what is in the folder', async () => {
    await mkdir(join(folder, 'out'))
    await write('out/f.txt', 'old')
    const text = tool(
      `inputs: []\noutputs: { out: { type: File, outputBinding: { glob: f.txt } } }\n${shell('echo new > f.txt')}`,
    )
    const { stdout } = await run(await write('tool.cwl', text))
    expect(await readFile(join(folder, 'out/f.txt'), 'utf8')).toBe('old')
    expect(JSON.parse(stdout).out).toMatchObject({
      basename: 'f_2.txt',
      size: 4,
      checksum: expect.stringMatching(/^sha1\$/),
    })
  })

  test('that are links to elsewhere are refused, and the link is named', async () => {
    const text = tool(
      `inputs: []\noutputs: { out: { type: File, outputBinding: { glob: stolen } } }\n${shell('ln -s /etc/passwd stolen')}`,
    )
    const { code, stdout, stderr } = await run(await write('tool.cwl', text))
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain('the link stolen leads to /etc/passwd')
    expect(await readdir(folder)).toEqual(['tool.cwl'])
  })
})

describe('exit codes and messages', () => {
  test('a failing job says command, exit code and the end of its stderr', async () => {
    const text = tool(`inputs: []\noutputs: []\n${shell('echo the reason >&2; exit 3')}`)
    const { code, stderr } = await run('--quiet', await write('tool.cwl', text))
    expect(code).toBe(1)
    expect(stderr).toContain('exit code 3')
    expect(stderr).toContain('Command: echo the reason')
    expect(stderr).toContain('\nthe reason\n')
  })

  test('what is not supported is 33', async () => {
    const text = tool('inputs: []\noutputs: []\n').replace('ShellCommandRequirement', 'NoSuchRequirement')
    expect(await run(await write('tool.cwl', text))).toMatchObject({ code: 33, stdout: '' })
  })

  test('a bad document is told with file, line and column', async () => {
    const file = await write('tool.cwl', tool('inputs: { a: strin }\noutputs: []\n'))
    const { code, stderr } = await run(file)
    expect(code).toBe(1)
    expect(stderr).toContain(`${file}:4:11: there is no type strin; is string meant?`)
  })

  test('a long keeps all its digits, from the job to the command line and back', async () => {
    const text = tool(
      `inputs: { n: long }\noutputs: { n: long }\n${shell('echo "{\\"n\\": $(inputs.n)}" > cwl.output.json')}`,
    )
    const file = await write('tool.cwl', text)
    expect(await run(file, await write('job.yml', 'n: -9223372036854775808'))).toMatchObject({
      code: 0,
      stdout: '{"n": -9223372036854775808}\n',
    })
    const { code, stderr } = await run(file, await write('more.yml', 'n: 9223372036854775808'))
    expect(code).toBe(1)
    expect(stderr).toContain('input n: expected long, not number 9223372036854775808')
  })

  test('a job that takes too long is ended', async () => {
    const text = tool(`inputs: []\noutputs: []\nhints: { ToolTimeLimit: { timelimit: 1 } }\n${shell('sleep 60')}`)
    const { code, stderr } = await run(await write('tool.cwl', text))
    expect(code).toBe(1)
    expect(stderr).toContain('longer than its time limit of 1 s')
  })

  test('what can never fit the machine is refused at once', async () => {
    const text = tool(`inputs: []\noutputs: []\nhints: { ResourceRequirement: { coresMin: 100000 } }\n${shell('true')}`)
    const { code, stderr } = await run(await write('tool.cwl', text))
    expect(code).toBe(1)
    expect(stderr).toContain('100000 cores')
  })
})

test('an interrupt kills what runs, leaves nothing behind, and exits with 130', async () => {
  const marker = join(folder, 'work-areas')
  await mkdir(marker)
  const text = tool(`inputs: []\noutputs: []\n${shell('sleep 300')}`)
  const { child, ended } = start([await write('tool.cwl', text)], { ...process.env, TMPDIR: marker })
  child.stderr.on('data', data => String(data).includes('running') && child.kill('SIGINT'))
  const { code } = await ended
  expect(code).toBe(130)
  expect(await readdir(marker)).toEqual([])
})

test('a process is chosen by #id, requirements come with the job order', async () => {
  const text = `
cwlVersion: v1.2
$graph:
  - { id: one, class: CommandLineTool, inputs: [], outputs: { out: stdout }, baseCommand: [echo, one] }
  - { id: two, class: CommandLineTool, inputs: [], outputs: { out: stdout }, stdout: o, baseCommand: [sh, -c, 'echo "$WORD"'] }
`
  const job = 'cwl:requirements: [{ class: EnvVarRequirement, envDef: [{ envName: WORD, envValue: hello }] }]'
  const { stdout } = await run(`${await write('all.cwl', text)}#two`, await write('job.yml', job))
  expect(await readFile(fileURLToPath(JSON.parse(stdout).out.location), 'utf8')).toBe('hello\n')
})
