import type { ServerSettings } from '../../src/settings.ts'
import { type Api, type Client, startApi } from './api.ts'
import { TOOL } from './documents.ts'
import type { GuardOptions } from './guard-messages.ts'
import { file } from './task-fixture.ts'

export interface GuardFixture {
  api: Api
  /** who does hostile things, and a project of theirs */
  mallory: Client
  project: string
  /** the second user, for `beside` */
  second: GuardOptions
}

/** An API without a worker, a hostile user, and a second one with a project, a file and a draft. */
export async function guardFixture(settings: Partial<ServerSettings> = {}): Promise<GuardFixture> {
  const api = await startApi(settings)
  const [mallory, kim] = [await api.user('mallory'), await api.user('kim')]
  const project = await kim.project('Small')
  const app = await kim.app(project, 'wc', TOOL)
  const reads = await kim.upload({ project }, 'reads.txt', 'words')
  const task = await kim.post('/tasks', { project, app, name: 'small', inputs: { reads: file(reads) } })
  const second = { base: kim.base, token: kim.token, project, task: task.body.id }
  return { api, mallory, project: await mallory.project('Hostile'), second }
}
