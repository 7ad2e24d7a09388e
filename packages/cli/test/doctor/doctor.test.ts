import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const node = fileURLToPath(new URL('../../../../bin/node', import.meta.url))
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

interface Report {
  fits: boolean
  findings: { what: string; fits: string; found: string; cure?: string }[]
}

async function doctor(words: string[], env: NodeJS.ProcessEnv = process.env): Promise<{ code: unknown; said: string }> {
  const data = await mkdtemp(join(tmpdir(), 'reprise-doctor-'))
  onTestFinished(() => rm(data, { recursive: true }))
  return new Promise(resolve =>
    execFile(
      node,
      [main, 'doctor', '--port', '0', '--data', join(data, 'new', 'data'), ...words],
      { env },
      (error, said) => resolve({ code: error?.code ?? 0, said }),
    ),
  )
}

async function findings(words: string[], env?: NodeJS.ProcessEnv) {
  const { code, said } = await doctor(['--json', ...words], env)
  const report = JSON.parse(said) as Report
  expect(code).toBe(report.fits ? 0 : 1)
  return new Map(report.findings.map(finding => [finding.what, finding]))
}

test('where all fits there is a table, and nothing to type for isolation, disk, port and clock', async () => {
  const { said } = await doctor([])
  const rows = said.trimEnd().split('\n')
  expect(rows[0]).toMatch(/^What +Fits +Found +What to type$/)
  for (const what of [
    'isolation',
    'user namespaces',
    'container engines',
    'control groups',
    "jobs' network",
    'disk',
    'port',
    'clock',
  ])
    expect(rows.filter(row => row.startsWith(what))).toHaveLength(1)
  expect(said).toMatch(/^isolation +yes/m)
  expect(said).toMatch(/^disk +yes/m)
  expect(said).toMatch(/^port +yes/m)
})

test('what is not installed is named with what to type, and the exit code is 1', async () => {
  const found = await findings([], { HOME: '/nonexistent', PATH: '/nonexistent' })
  expect(found.get('isolation')).toEqual({
    what: 'isolation',
    fits: 'no',
    found: 'bwrap is not installed',
    cure: 'apt-get install bubblewrap',
  })
  expect(found.get('container engines')).toMatchObject({ fits: 'partly', cure: 'apt-get install podman' })
  expect(found.get("jobs' network")).toMatchObject({ fits: 'partly', cure: 'apt-get install slirp4netns' })
})

test('a port that is in use', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  onTestFinished(() => void other.close())
  const { port } = other.address() as AddressInfo
  const found = await findings(['--port', String(port)])
  expect(found.get('port')).toMatchObject({ fits: 'no', found: `127.0.0.1:${port} is in use` })
})

test('a data folder where nothing can be made, and an address that is not of this machine', async () => {
  const found = await findings(['--data', '/proc/data', '--host', '192.0.2.1'])
  expect(found.get('disk')).toMatchObject({ fits: 'no' })
  expect(found.get('port')).toMatchObject({ fits: 'no', cure: 'reprise serve --host 127.0.0.1' })
})

test('a PostgreSQL that does not answer is a row, and without an address there is none', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  await new Promise(closed => other.close(closed))
  const found = await findings(['--database', `postgres://reprise:secret@127.0.0.1:${port}/reprise`])
  expect(found.get('PostgreSQL')).toMatchObject({
    fits: 'no',
    found: expect.stringMatching(/^does not answer: .*ECONNREFUSED/),
  })
  expect(JSON.stringify([...found])).not.toContain('secret')
  expect((await findings([])).has('PostgreSQL')).toBe(false)
})
