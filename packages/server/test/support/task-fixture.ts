import { loadRecord } from '../../src/records/load-record.ts'
import { modelCache } from '../../src/records/models.ts'
import { type Api, type Client, type Json, startApi } from './api.ts'
import { TOOL } from './documents.ts'

/** An API with two users, and a project of the first with an app and a file to make tasks of. */
export class TaskFixture {
  readonly api: Api
  readonly kim: Client
  readonly lee: Client
  readonly project: string
  readonly app: string
  /** the id of a file */
  readonly reads: string

  constructor(fields: Pick<TaskFixture, 'api' | 'kim' | 'lee' | 'project' | 'app' | 'reads'>) {
    this.api = fields.api
    this.kim = fields.kim
    this.lee = fields.lee
    this.project = fields.project
    this.app = fields.app
    this.reads = fields.reads
  }

  static async start(): Promise<TaskFixture> {
    const api = await startApi()
    const [kim, lee] = [await api.user('kim'), await api.user('lee')]
    const project = await kim.project('Tasks')
    const app = await kim.app(project, 'wc', TOOL)
    return new TaskFixture({ api, kim, lee, project, app, reads: await kim.upload({ project }, 'reads.txt', 'words') })
  }

  create = (body: object = {}, query = '') => {
    const task = { project: this.project, app: this.app, name: 'count', inputs: { reads: file(this.reads) } }
    return this.kim.post(`/tasks${query}`, { ...task, ...body })
  }

  draft = async (body: object = {}): Promise<Json> => (await this.create(body)).body

  /** The resolved record of a task that was submitted. */
  recordOf = async (task: Json) => {
    const { read } = this.api.database
    const row = await read.selectFrom('tasks').selectAll().where('id', '=', task.id).executeTakeFirstOrThrow()
    // as JSON, to look into
    return JSON.parse(JSON.stringify(await loadRecord(modelCache(), read, row.record!)))
  }

  /** Puts a task into a state that only the worker brings about. */
  force = async (task: Json, status: 'RUNNING' | 'COMPLETED' | 'FAILED' | 'ABORTED' | 'CREATING') => {
    await this.api.database.write(tx => tx.updateTable('tasks').set({ status }).where('id', '=', task.id).execute())
  }
}

export const file = (path: string, more: object = {}) => ({ class: 'File', path, ...more })
