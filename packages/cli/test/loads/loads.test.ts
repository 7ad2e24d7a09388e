import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { expect, onTestFinished, test } from 'vitest'
import { registerFor } from '../../src/groups.ts'

const node = fileURLToPath(new URL('../../../../bin/node', import.meta.url))
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const record = new URL('record.ts', import.meta.url).href

const ECHO = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  baseCommand: ['echo', 'hello'],
  inputs: {},
  outputs: { said: 'stdout' },
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'reprise-loads-'))
  onTestFinished(() => rm(path, { recursive: true }))
  return path
}

/** Starts the command from its sources and gives the modules that its process loaded: `cli/src/main.ts`, `node_modules/zod/index.js`, … */
async function loadedBy(words: string[], environment: { [name: string]: string } = {}): Promise<string[]> {
  const list = join(await folder(), 'modules')
  const env = { ...process.env, ...environment, NODE_OPTIONS: `--import=${record}`, MODULES_LOADED: list }
  const code = await new Promise(resolve =>
    execFile(node, [main, ...words], { env }, error => resolve(error?.code ?? 0)),
  )
  expect(code).toBe(0)
  return (await readFile(list, 'utf8')).split('\n').map(url => url.replace(/^.*?\/(node_modules|packages)\//, '$1/'))
}

/** The rooms and the packages among modules. */
function roomsOf(modules: string[]): string[] {
  const rooms = modules.map(path => /^(?:packages|node_modules)\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])
  return [...new Set(rooms.filter(room => room !== undefined))].sort()
}

const HELP = [
  ['--version'],
  ['--help'],
  ['help', 'serve'],
  ['run', '--help'],
  ['serve', '--help'],
  ['worker', '--help'],
  ['check', '--help'],
  ['upload', '--help'],
  ['tasks', 'list', '--help'],
]

test.each(HELP)('%s …: help and version load no room but the command itself', async (...words) => {
  expect(roomsOf(await loadedBy(words.filter(Boolean)))).toEqual(['cli', 'commander'])
})

test('--version loads the commands of no group', async () => {
  const modules = await loadedBy(['--version'])
  expect(modules.filter(path => path.endsWith('/command.ts'))).toEqual([])
})

test.each([[['run']], [['check']], [['serve']]])(
  '%s: help of one command loads that of no other group',
  async words => {
    const modules = await loadedBy([...words, '--help'])
    expect(modules.filter(path => path.endsWith('/command.ts'))).toEqual([`packages/cli/src/${words[0]}/command.ts`])
  },
)

test('run loads the rooms that it needs, and nothing of the server', async () => {
  const place = await folder()
  await writeFile(join(place, 'echo.cwl'), JSON.stringify(ECHO))
  const modules = await loadedBy(['run', '--isolation', 'none', '--outdir', place, join(place, 'echo.cwl')])
  expect(roomsOf(modules)).toEqual(['cli', 'commander', 'cwl', 'runner', 'yaml'])
})

test('an image map and a limit are read where they are given', async () => {
  const map = join(await folder(), 'map.yaml')
  await writeFile(map, 'busybox: local/busybox\n')
  const modules = await loadedBy(['serve', '--image-map', map, '--limit', 'files-left=5', '--help'])
  expect(roomsOf(modules)).toContain('yaml')
})

test('every command of the help is found by its first word alone', async () => {
  const names = (program: Command) => program.commands.map(command => command.name())
  const all = new Command('reprise')
  await registerFor(['--help'], all)
  for (const name of names(all).filter(name => !name.startsWith('_'))) {
    const some = new Command('reprise')
    await registerFor([name], some)
    expect(names(some)).toContain(name)
    expect(names(some).length).toBeLessThan(names(all).length)
  }
})
