import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { root, startServer } from './server.ts'

test('the curl lines of the README work as printed, but for the port', async () => {
  const { url, home } = await startServer()
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const lines = /```sh\n([\s\S]*?)```/.exec(readme)?.[1]
  if (!lines) throw new Error('the README has no shell lines')
  const script = lines.replace('http://127.0.0.1:8080/v2', url)
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
    env: { ...process.env, HOME: home },
    cwd: root,
  })
  const answers = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(answers).toHaveLength(5)
  const [project, app, task, rerun, details] = answers
  expect(project).toMatchObject({ id: 'admin/first-steps', name: 'First steps' })
  expect(app).toMatchObject({ 'sbg:id': 'admin/first-steps/greet/0', 'sbg:validationErrors': [] })
  expect(task).toMatchObject({ app: 'admin/first-steps/greet/0', errors: [], inputs: { name: 'world' } })
  expect(rerun).toMatchObject({ name: task.name, app: task.app, inputs: { name: 'world' }, errors: [] })
  expect(rerun.id).not.toBe(task.id)
  expect(rerun.status).not.toBe('DRAFT')
  expect(details.href).toBe(`${url}/tasks/${task.id}/execution_details`)
})
