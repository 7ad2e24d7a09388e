import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Scripted, startScripted } from './scripted-server.ts'

const task = '0b8e63c5-3d20-4f1e-8a2f-3f6d3a6f9d11'

let server: Scripted

beforeEach(async () => {
  server = await startScripted()
  server.script[`DELETE /tasks/${task}`] = [[204, '']]
})
afterEach(() => server.close())

/** Runs the command on a terminal of its own, types the answer once the question stands there, and gives what was shown. */
async function onTerminal(answer: string): Promise<{ shown: string; code: number | null }> {
  const command = `'${process.execPath}' --disable-warning=ExperimentalWarning '${join(import.meta.dirname, 'program.ts')}' tasks delete ${task}`
  const env = { ...process.env, SB_API_ENDPOINT: server.url, SB_AUTH_TOKEN: 'a-token' }
  const child = spawn('script', ['-qec', command, '/dev/null'], { env, stdio: 'pipe' })
  let shown = ''
  let typed = false
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk
    if (typed || !shown.includes('[y/N]')) return
    typed = true
    child.stdin.write(answer)
  })
  const [code] = await once(child, 'close')
  return { shown, code }
}

test('a person is asked, and what they agree to is done', async () => {
  const { shown, code } = await onTerminal('y\r')
  expect(shown).toContain(`Delete the draft ${task}? [y/N]`)
  expect(code).toBe(0)
  expect(server.calls.map(({ call }) => call)).toEqual([`DELETE /tasks/${task}`])
})

test.each([
  ['no', 'n\r', 1],
  ['nothing', '\r', 1],
  ['Ctrl-C', '\u0003', 130],
  ['Ctrl-D', '\u0004', 130],
])('%s is a no', async (_, answer, status) => {
  const { shown, code } = await onTerminal(answer)
  expect(shown).toContain('Nothing was done.')
  expect(code).toBe(status)
  expect(server.calls).toEqual([])
})
