import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Json } from '../../../server/test/support/api.ts'

/** The build, away from the checkout and its libraries: it needs neither. */

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const node = join(root, 'bin/node')
const record = new URL('../loads/record.ts', import.meta.url).href
const run = promisify(execFile)
let build: string

beforeAll(async () => {
  build = await mkdtemp(join(tmpdir(), 'reprise-build-'))
  await run(node, [join(root, 'scripts/build/build.ts'), build])
})
afterAll(() => rm(build, { recursive: true }))

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'reprise-built-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

const reprise = (...words: string[]) => run(node, [join(build, 'reprise.mjs'), ...words])

const TOOL = {
  cwlVersion: 'v1.2',
  class: 'CommandLineTool',
  requirements: { InlineJavascriptRequirement: {} },
  baseCommand: 'echo',
  inputs: {},
  arguments: ['${ return ["a", "b"].join("-") }'],
  stdout: 'said.txt',
  outputs: { said: 'stdout' },
}

async function serve(data: string): Promise<{ url: string; token: string }> {
  const words = ['serve', '--port', '0', '--data', data, '--isolation', 'sandbox']
  const server: ChildProcess = spawn(node, [join(build, 'reprise.mjs'), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(async () => {
    const gone = once(server, 'exit')
    server.kill()
    await gone
  })
  for await (const line of createInterface({ input: server.stdout! })) {
    const url = /http:\S+\/v2/.exec(line)?.[0]
    if (!url) continue
    server.stdout!.resume()
    return { url, token: (await readFile(join(data, 'admin-token'), 'utf8')).trim() }
  }
  throw new Error('the server ended')
}

test('run evaluates JavaScript in its thread, and starts a job', async () => {
  const place = await folder()
  await writeFile(join(place, 'tool.cwl'), JSON.stringify(TOOL))
  const { stdout } = await reprise('run', '--quiet', '--isolation', 'none', '--outdir', place, join(place, 'tool.cwl'))
  expect(await readFile(JSON.parse(stdout).said.path, 'utf8')).toBe('a-b\n')
})

test('a server checks an app, runs a task in the sandbox, and gives what it made, with its page', async () => {
  const { url, token } = await serve(await folder())
  const call = async (method: string, path: string, body?: object) => {
    const headers = { 'X-SBG-Auth-Token': token, 'Content-Type': 'application/json' }
    const answer = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) })
    expect([200, 201], `${path} ${answer.status}`).toContain(answer.status)
    return answer
  }
  const json = async (...asked: Parameters<typeof call>) => (await call(...asked)).json() as Promise<Json>
  const { id: project } = await json('POST', '/projects', { name: 'built' })
  await json('POST', `/apps/${project}/tool/raw`, TOOL)
  const app = `${project}/tool`
  let task = await json('POST', '/tasks?action=run', { name: 'built', project, app, inputs: {} })
  while (!['COMPLETED', 'FAILED'].includes(task.status)) task = await json('GET', `/tasks/${task.id}`)
  expect(task.errors).toEqual([])
  expect(task.status).toBe('COMPLETED')
  const info = await json('GET', `/files/${(task.outputs as { said: { path: string } }).said.path}/download_info`)
  expect(await (await fetch(info.url)).text()).toBe('a-b\n')
  expect(await (await call('GET', '/docs')).text()).toContain('<html')
})

test('an image map, a limit and the completion of a shell are read', async () => {
  const map = join(await folder(), 'map.yaml')
  await writeFile(map, 'busybox: local/busybox\n')
  await reprise('serve', '--image-map', map, '--limit', 'files-left=5', '--help')
  const { stdout } = await reprise('completion', 'bash')
  expect(stdout).toContain('complete')
})

test('version and help load the command and commander; run loads nothing of the server', async () => {
  expect(await roomsOf(['--version'])).toEqual(['cli', 'commander'])
  expect(await roomsOf(['--help'])).toEqual(['cli', 'commander'])
  const place = await folder()
  await writeFile(join(place, 'tool.cwl'), JSON.stringify({ ...TOOL, arguments: ['hello'] }))
  const words = ['run', '--quiet', '--isolation', 'none', '--outdir', place, join(place, 'tool.cwl')]
  expect(await roomsOf(words)).toEqual(['cli', 'commander', 'cwl', 'runner', 'yaml'])
})

test('every file that sources have beside them is there', async () => {
  for (const room of ['cli', 'runner', 'server']) {
    const others = async (from: string) =>
      (await readdir(join(from, 'packages', room, 'src'), { recursive: true, withFileTypes: true }))
        .filter(entry => entry.isFile() && !/\.(ts|mjs|map)$/.test(entry.name))
        .map(entry => entry.name)
        .sort()
    expect(await others(build)).toEqual(await others(root))
  }
})

/** The rooms and libraries in the modules that a command loads, by their source maps. */
async function roomsOf(words: string[]): Promise<string[]> {
  const list = join(await folder(), 'modules')
  const env = { ...process.env, NODE_OPTIONS: `--import=${record}`, MODULES_LOADED: list }
  await run(node, [join(build, 'reprise.mjs'), ...words], { env })
  const loaded = (await readFile(list, 'utf8')).split('\n').filter(url => url.endsWith('.mjs'))
  const maps = loaded.map(url => readFile(join(build, `${basename(url)}.map`), 'utf8'))
  const sources = (await Promise.all(maps)).flatMap(map => JSON.parse(map).sources as string[])
  const rooms = sources.map(path => /(?:packages|node_modules)\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])
  return [...new Set(rooms.filter(room => room !== undefined))].sort()
}
