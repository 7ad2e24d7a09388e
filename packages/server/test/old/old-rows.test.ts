/** Data folders of earlier states of the code, made by make.ts: today's opens them, shows their tasks and runs them again. */
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Server, startServer } from '../../src/serve.ts'
import { Client, type Json, send } from '../support/api.ts'
import { ask } from '../support/postgres.ts'

const FIXTURES = fileURLToPath(new URL('../fixtures/old', import.meta.url))
const postgres = inject('postgres')
const kind = postgres ? 'postgres' : 'sqlite'
const PROJECT = 'admin/world'
const MIB = 2 ** 20

/** A database of its own with the rows of a fixture. */
async function restored(folder: string): Promise<string | undefined> {
  if (!postgres) return undefined
  const name = `old_${randomUUID().replaceAll('-', '')}`
  await ask(postgres.server, `create database ${name}`)
  const url = new URL(name, postgres.server).href
  // commands of psql itself begin with a backslash
  const dump = (await readFile(join(folder, 'rows.sql'), 'utf8')).replaceAll(/^\\.*$/gm, '')
  await ask(url, dump)
  return url
}

describe.each(readdirSync(FIXTURES))('the data folder of %s', fixture => {
  let folder: string
  let url: string | undefined
  let server: Server
  let admin: Client

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reprise-old-'))
    execFileSync('tar', ['-xzf', join(FIXTURES, fixture, `${kind}.tar.gz`), '-C', folder, '--no-same-owner'])
    url = await restored(folder)
    const data = join(folder, 'data')
    server = await startServer({ data, port: 0, isolation: 'none', ...(url ? { database: url } : {}) })
    admin = new Client(server.url, (await readFile(join(data, 'admin-token'), 'utf8')).trim())
  })
  afterAll(async () => {
    await server.close()
    if (url) await ask(postgres!.server, `drop database ${new URL(url).pathname.slice(1)} with (force)`)
    await rm(folder, { recursive: true, force: true })
  })

  const tasks = async () => {
    const listed = (await admin.get(`/tasks?project=${PROJECT}&limit=100`)).body.items
    return await Promise.all(listed.map(async ({ id }) => (await admin.get(`/tasks/${id}`)).body))
  }
  const text = async (id: string) => (await send((await admin.get(`/files/${id}/download_info`)).body.url)).bytes

  async function ended(task: Json): Promise<Json> {
    for (;;) {
      const { body } = await admin.get(`/tasks/${task.id}`)
      if (['COMPLETED', 'FAILED', 'ABORTED'].includes(body.status)) return body
    }
  }

  /** Outputs with their files by content. */
  async function contents(value: unknown): Promise<unknown> {
    if (Array.isArray(value)) return await Promise.all(value.map(contents))
    if (typeof value !== 'object' || value === null) return value
    if ('class' in value && value.class === 'File') {
      const { name, path } = value as unknown as { name: string; path: string }
      return [name.replace(/^_\d+_/, ''), (await text(path)).toString('base64')]
    }
    const entries = Object.entries(value).map(async ([key, inner]) => [key, await contents(inner)])
    return Object.fromEntries(await Promise.all(entries))
  }

  test('shows its tasks in every state, their jobs and their files', async () => {
    const all = await tasks()
    expect(all.map(({ name, status }) => `${name}: ${status}`).sort()).toEqual([
      'copying - a.txt: COMPLETED',
      'copying - b.txt: COMPLETED',
      'copying - c.txt: COMPLETED',
      'copying: COMPLETED',
      'copying: COMPLETED',
      'draft: DRAFT',
      'failing: FAILED',
      'sleeping: ABORTED',
      'workflow: COMPLETED',
    ])
    const workflow = all.find(({ name }) => name === 'workflow')!
    expect(workflow.outputs).toMatchObject({ number: 3 })
    const { jobs } = (await admin.get(`/tasks/${workflow.id}/execution_details`)).body
    expect(jobs.map(job => job.status)).toEqual(Array(jobs.length).fill('DONE'))
    expect(jobs.length).toBeGreaterThanOrEqual(4)
    const batch = all.find(({ batch }) => batch)!
    const children = (await admin.get(`/tasks?parent=${batch.id}`)).body.items
    expect(children.map(({ name }) => name).sort()).toEqual(['a', 'b', 'c'].map(name => `copying - ${name}.txt`))
    const files = (await admin.get(`/files?project=${PROJECT}&limit=100`)).body.items
    const inside = files.find(({ name }) => name === 'folder')!
    const [copy] = (await admin.get(`/files/${inside.id}/list`)).body.items
    expect((await text(copy!.id)).toString()).toBe('a\n'.repeat(3000))
    const large = files.find(({ name }) => name === 'large.bin')!
    expect(Buffer.alloc(6 * MIB, 'large').equals(await text(large.id))).toBe(true)
  })

  /** The comparison of a rerun with its origin. */
  async function compared(task: Json): Promise<Json> {
    for (;;) {
      const { body } = await admin.get(`/tasks/${task.id}/comparison?wait=30`)
      if (body.state !== 'MAKING') return body
    }
  }

  test('runs its tasks again, with the same outputs, and says that they reproduced', async () => {
    for (const task of await tasks()) {
      if (task.status !== 'COMPLETED' && task.status !== 'FAILED') continue
      const { body } = await admin.post(`/tasks/${task.id}/actions/clone?action=run`)
      const again = await ended(body)
      expect([again.name, again.status]).toEqual([task.name, task.status])
      expect(await contents(again.outputs)).toEqual(await contents(task.outputs))
      const comparison = await compared(again)
      expect(comparison).toMatchObject({ state: 'READY', with: task.id })
      // of two that failed it can't be said
      expect(comparison.reproduced).toBe(task.status === 'COMPLETED' ? true : undefined)
      if (task.batch) continue
      const { jobs } = (await admin.get(`/tasks/${task.id}/execution_details`)).body
      expect(comparison.jobs).toEqual({ same: jobs.length, diverged: 0, only_old: 0, only_new: 0 })
    }
  })

  test('completes an upload that was under way', async () => {
    const [upload] = (await admin.get('/upload/multipart')).body.items
    const href = `/upload/multipart/${(upload as { upload_id?: string }).upload_id}`
    await admin.part(admin.base + href, 2, Buffer.from('end'))
    const { status, body } = await admin.post(`${href}/complete`)
    expect([status, body.name]).toEqual([201, 'under way'])
    const bytes = Buffer.concat([Buffer.alloc(5 * MIB, 'way'), Buffer.from('end')])
    expect(bytes.equals(await text(body.id))).toBe(true)
  })
})
