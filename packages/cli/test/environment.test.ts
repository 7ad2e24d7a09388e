import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { EnvironmentCommand } from '../src/environment.ts'

const reprise = fileURLToPath(new URL('../../../bin/reprise', import.meta.url))

function run(words: string[], environment: { [name: string]: string } = {}) {
  return new Promise<{ code: number; text: string }>(resolve => {
    const env = { ...process.env, ...environment }
    execFile(reprise, words, { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, text: stdout + stderr })
    })
  })
}

const COMMANDS = [
  ['serve'],
  ['run'],
  ['user', 'add'],
  ['token', 'new'],
  ['upload'],
  ['apps', 'push'],
  ['rerun'],
  ['logs'],
]

test.each(COMMANDS)('%s %s: help names every option, and the variable that it can be given by', async (...words) => {
  const { code, text } = await run([...words.filter(Boolean), '--help'], { COLUMNS: '400' })
  expect(code).toBe(0)
  const options = text
    .split('Options:')[1]!
    .split('\n')
    .map(line => /--([a-z-]+)/.exec(line)?.[1])
  for (const option of options) {
    if (!option || ['url', 'token', 'profile', 'help'].includes(option)) continue
    expect(text).toContain(`REPRISE_${option.replaceAll('-', '_').toUpperCase()}`)
  }
})

test('an option given by the environment is checked and named like any other', async () => {
  const { code, text } = await run(['serve'], { REPRISE_PORT: 'many' })
  expect(code).toBe(1)
  expect(text).toMatch(/REPRISE_PORT.*0 to 65535/)
})

test.each([
  ['1', true],
  ['yes', true],
  ['0', undefined],
  ['false', undefined],
  ['OFF', undefined],
  ['', undefined],
])('an option without a value whose variable says "%s" is %s', (value, expected) => {
  vi.stubEnv('REPRISE_ALLOW_NETWORK', value)
  onTestFinished(() => void vi.unstubAllEnvs())
  const command = new EnvironmentCommand('x').option('--allow-network', 'the network').parse([], { from: 'user' })
  expect(command.opts().allowNetwork).toBe(expected)
})
