import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const REPRISE = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

async function reprise(folder: string, ...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [...process.execArgv, REPRISE, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, REPRISE_DATA: folder },
  })
  const texts = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', data => {
      texts[stream] += data
    })
  }
  const [code] = await once(child, 'close')
  return { code, ...texts }
}

const TASK = '0b8e63c5-3d20-4f1e-8a2f-3f6d3a6f9d11'

/** A project with a file, and a task whose job ran for two hours on four cores and made 3 KiB that are no file. */
function fill(folder: string): void {
  const rows = new DatabaseSync(join(folder, 'reprise.sqlite'))
  rows.exec(`
    insert into projects (id, owner, name, description, tags, settings, root_folder, created_by, created, modified)
      values ('kim/rna', 'kim', 'RNA', '', '[]', '{"intermediate_files":{"retention":"LIMITED","duration":24}}', 'root', 'kim', 1, 1);
    insert into tasks (id, project, name, app, status, batch, execution_settings, use_interruptible_instances, inputs, outputs,
        errors, warnings, claim, message, steps_total, steps_completed, created_by, created, ended)
      values ('${TASK}', 'kim/rna', 'align S17', 'kim/rna/align/0', 'COMPLETED', 0, '{}', 0, '', '', '[]', '[]', 1, '', 1, 1, 'kim', 1,
        ${Date.parse('2026-11-27T10:30:00Z')});
    insert into jobs (task, path, status, attempt, outputs, command_line, message, cores, ram, retried, queued, started, ended)
      values ('${TASK}', 'align', 'DONE', 1, 'hash', '', '', 4, 1, 0, 1, 0, 7200000);
    insert into stored_values values ('hash', '{"made":{"class":"File","location":"content:made"}}');
    insert into contents (id, size, created) values ('made', 3072, 1), ('file', 500, 1), ('nobody', 7, 1);
    insert into file_rows (id, project, type, name, content, size, tags, metadata, created, modified)
      values ('1', 'kim/rna', 'file', 'a', 'file', 500, '[]', '{}', 1, 1);
    insert into holders (content, holder) values ('made', 'jobs:${TASK}'), ('file', 'file:1')`)
  rows.close()
}

test('storage says what is held, by whom, until when, and what freeing it would give and cost', {
  timeout: 180_000,
}, async () => {
  await using temporary = await fs.mkdtempDisposable(join(tmpdir(), 'reprise-storage-'))
  const folder = temporary.path
  expect((await reprise(folder, 'user', 'add', 'kim')).code).toBe(0)
  fill(folder)
  const { code, stdout, stderr } = await reprise(folder, 'storage')
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout.split('\n').map(line => line.replaceAll(/ {2,}/g, '|'))).toEqual([
    'HELD BY|CONTENTS|SIZE|BY NOTHING ELSE|UNTIL',
    'files of projects|1|500 B|500 B|they are deleted',
    'jobs (intermediate files)|1|3.0 KiB|3.0 KiB|their time is over, below',
    'nobody|1|7 B|the sweeper removes them',
    'all|3|3.5 KiB',
    '',
    'PROJECT|SIZE|FILES|INTERMEDIATE|KEPT FOR|WOULD FREE|TO MAKE AGAIN',
    'kim/rna|3.5 KiB|500 B|3.0 KiB|24 h|3.0 KiB|2.0 h',
    '',
    'TASK|NAME|STATUS|SIZE|UNTIL|WOULD FREE|TO MAKE AGAIN',
    `${TASK}|align S17|COMPLETED|3.0 KiB|2026-11-28 10:30Z|3.0 KiB|2.0 h`,
    '',
    'To free what only jobs hold would give 3.0 KiB. To make it again would take 1 job, 2.0 h of computing (8.0 h of one core).',
    '',
  ])
  const json = JSON.parse((await reprise(folder, 'storage', '--json', '--project', 'kim/rna')).stdout)
  expect(json).toMatchObject({
    total: { contents: 2, bytes: 3572 },
    freeing: { contents: 1, bytes: 3072, jobs: 1, seconds: 7200, core_seconds: 28800 },
    tasks: [{ task: TASK, until: '2026-11-28T10:30:00.000Z' }],
  })
  const unknown = await reprise(folder, 'storage', 'show', '--project', 'kim/dna')
  expect(unknown).toMatchObject({ code: 1, stderr: 'reprise: there is no project kim/dna (--project)\n' })
  const wrong = await reprise(folder, 'storage', '--limit', '-1')
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('It must be a whole number, 0 or more.') })
})
