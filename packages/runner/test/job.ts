import { mkdtemp, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Isolation, type JobSpecification, remove, stage, start, startAttached, viewOf } from '../src/index.ts'

/** A fresh folder below a 0700 one, as `mktemp -d` makes it; removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'reprise-runner-')))
  onTestFinished(() => remove(folder))
  return folder
}

export function job(attempt: string, isolation: Isolation, fields: Partial<JobSpecification>): JobSpecification {
  return {
    format: 1,
    path: 'main',
    argv: [],
    shell: false,
    environment: {},
    stage: [],
    view: viewOf(attempt, isolation),
    isolation,
    network: false,
    resources: { cores: 1, ram: 64 },
    ...fields,
  }
}

/** Runs one shell line as a job and waits for its end. */
export async function runLine(isolation: Isolation, line: string, fields: Partial<JobSpecification> = {}) {
  const attempt = join(await temporaryFolder(), 'attempt')
  await stage(attempt, job(attempt, isolation, { argv: [line], shell: true, ...fields }))
  const record = await start(attempt).ended
  return { attempt, record }
}

/** The same, attached to this process. */
export async function runLineAttached(isolation: Isolation, line: string, fields: Partial<JobSpecification> = {}) {
  const attempt = join(await temporaryFolder(), 'attempt')
  const specification = job(attempt, isolation, { argv: [line], shell: true, ...fields })
  const record = await startAttached(attempt, specification).ended
  return { attempt, record }
}
