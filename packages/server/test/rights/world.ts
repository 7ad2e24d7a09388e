import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Write } from '../../src/database/index.ts'
import { putJobs } from '../../src/database/jobs.ts'
import { putGrant } from '../../src/database/members.ts'
import type { AppRevisionRow, AppRow, FileRow, ProjectRow } from '../../src/database/schema.ts'
import { signingSecret } from '../../src/database/settings.ts'
import { storeValue } from '../../src/database/values.ts'
import { putVolumeGrant } from '../../src/database/volume-grants.ts'
import { insertVolume } from '../../src/database/volumes.ts'
import { jobRow } from '../../src/execution/job-row.ts'
import { newFileId, newUuid } from '../../src/ids.ts'
import { type Api, Client, startApi } from '../support/api.ts'
import { AllowedFolder } from '../support/folder.ts'
import { taskRow } from '../support/rows.ts'
import type { Objects } from './objects.ts'
import type { Request } from './requests.ts'
import { DIVISION, GRANTS, READ, ROLES, type Role, WRITE } from './roles.ts'

interface Prototype {
  project: ProjectRow
  root: FileRow
  file: FileRow
  app: AppRow
  revision: AppRevisionRow
}

const TOOL = { cwlVersion: 'v1.2', class: 'CommandLineTool', baseCommand: 'true', inputs: {}, outputs: {} }

export class World {
  readonly api: Api
  readonly clients: Map<Role, Client>
  readonly #folder: AllowedFolder
  readonly #scratch: Prototype
  readonly #secret: Buffer
  readonly #shared = new Map<Role, Promise<Objects>>()
  #count = 0

  private constructor(api: Api, clients: Map<Role, Client>, folder: AllowedFolder, scratch: Prototype, secret: Buffer) {
    this.api = api
    this.clients = clients
    this.#folder = folder
    this.#scratch = scratch
    this.#secret = secret
  }

  static async make(): Promise<World> {
    const folder = await AllowedFolder.make()
    const api = await startApi({ allowDrsHosts: ['127.0.0.1:1'] }, { allowPaths: [folder.path] })
    const clients = new Map<Role, Client>()
    for (const role of ROLES) {
      if (role === 'nobody') clients.set(role, new Client(api.base, ''))
      else clients.set(role, await api.user(role, { admin: role === 'administrator' }))
    }
    const owner = clients.get('owner')!
    const id = await owner.project('Scratch')
    const file = await owner.upload({ project: id }, 'scratch.txt', 'scratch')
    await owner.app(id, 'tool', TOOL)
    for (const username of ROLES.filter(role => role !== 'nobody' && role !== 'owner')) {
      await owner.post(`/projects/${id}/members`, { username, permissions: { write: true, copy: true } })
    }
    const { read } = api.database
    const project = await read.selectFrom('projects').selectAll().executeTakeFirstOrThrow()
    const files = await read.selectFrom('files').selectAll().execute()
    const scratch = {
      project,
      root: files.find(row => row.id === project.root_folder)!,
      file: files.find(row => row.id === file)!,
      app: await read.selectFrom('apps').selectAll().executeTakeFirstOrThrow(),
      revision: await read.selectFrom('app_revisions').selectAll().executeTakeFirstOrThrow(),
    }
    return new World(api, clients, folder, scratch, await signingSecret(api.database))
  }

  async close(): Promise<void> {
    await this.api.close()
    await this.#folder.remove()
  }

  /** Objects as `role` finds them, for calls that change nothing. */
  shared(role: Role): Promise<Objects> {
    const objects = this.#shared.get(role) ?? this.fresh(role)
    this.#shared.set(role, objects)
    return objects
  }

  /** Brings the objects to where a call needs them. */
  async prepare({ task, volume }: Objects, needed: Request): Promise<void> {
    if (!needed.task && !needed.volume) return
    await this.api.database.write(async tx => {
      if (needed.task) await tx.updateTable('tasks').set({ status: needed.task }).where('id', '=', task).execute()
      if (needed.job) await putJobs(tx, task, [{ ...jobRow(task, undefined, needed.job), status: 'DONE' }])
      if (needed.volume) await tx.updateTable('volumes').set({ active: 0 }).where('id', '=', volume).execute()
    })
  }

  /** Objects that nobody has touched yet, as `role` finds them. An upload is always its user's own, where they may have one. */
  async fresh(role: Role): Promise<Objects> {
    const name = `p${++this.#count}`
    const scratch = this.#scratch
    const objects: Objects = {
      project: `owner/${name}`,
      root: newFileId(),
      file: newFileId(),
      folder: newFileId(),
      app: `owner/${name}/tool`,
      task: newUuid(),
      upload: newUuid(),
      volume: `owner/${name}`,
      path: join(this.#folder.path, name),
      marker: newUuid(),
      division: `division-${name}`,
      team: newUuid(),
      username: `user-${name}`,
      scratch: scratch.project.id,
      scratchRoot: scratch.root.id,
      scratchFile: scratch.file.id,
      caller: role,
      secret: this.#secret,
    }
    const { path } = objects
    await mkdir(path)
    await writeFile(join(path, 'object.txt'), 'object')
    await this.api.user(objects.username)
    await this.api.database.write(async tx => {
      await insertUsers(tx, objects)
      await this.#insertProject(tx, objects, name, role)
      await insertVolumeOf(tx, objects, name, path)
    })
    return objects
  }

  async #insertProject(tx: Write, objects: Objects, name: string, role: Role): Promise<void> {
    const { project: id, root, file, folder, task, upload, marker, team, username } = objects
    const { project, app, revision, ...files } = this.#scratch
    const isPublic = role === 'public' ? 1 : 0
    await tx
      .insertInto('projects')
      .values({ ...project, id, name, root_folder: root, public: isPublic })
      .execute()
    await tx
      .insertInto('file_rows')
      .values([
        { ...files.root, id: root, project: id },
        { ...files.file, id: file, project: id, parent: root, name: 'file.txt' },
        { ...files.root, id: folder, project: id, parent: root, name: 'folder' },
      ])
      .execute()
    await tx
      .insertInto('apps')
      .values({
        ...app,
        id: objects.app,
        project: id,
        copy_of: `${app.id}/0`,
        original: app.id,
        follows: app.id,
        synced: -1,
      })
      .execute()
    await tx
      .insertInto('app_revisions')
      .values({ ...revision, app: objects.app })
      .execute()
    const empty = await storeValue(tx, {})
    const draft = { id: task, project: id, app: `${objects.app}/0`, inputs: empty, outputs: empty }
    await tx
      .insertInto('tasks')
      .values(taskRow({ ...draft, created_by: 'owner', executed_by: null, started: null }))
      .execute()
    await tx
      .insertInto('uploads')
      .values({
        id: upload,
        username: role in GRANTS || role === 'team' ? role : 'owner',
        project: id,
        parent: root,
        name: 'upload.txt',
        size: 0,
        part_size: 5 * 2 ** 20,
        md5: null,
        overwrite: 0,
        initiated: Date.now(),
        completing: null,
      })
      .execute()
    const part = { upload, number: 1, size: 0, etag: 'x', reported: 1, place: null }
    await tx.insertInto('upload_parts').values(part).execute()
    await tx
      .insertInto('markers')
      .values({
        id: marker,
        file,
        name: 'm',
        chromosome: '1',
        start: 1,
        end: 2,
        private: 0,
        created_by: 'owner',
        created: 0,
      })
      .execute()
    for (const [member, rights] of Object.entries(GRANTS))
      await putGrant(tx, { project: id, type: 'USER', member }, rights)
    await putGrant(tx, { project: id, type: 'USER', member: username }, READ)
    await putGrant(tx, { project: id, type: 'TEAM', member: team }, WRITE)
  }
}

async function insertUsers(tx: Write, { division, team, username }: Objects): Promise<void> {
  await tx.insertInto('divisions').values({ id: division, name: division, created: 0 }).execute()
  const members = Object.entries({ ...DIVISION, [username]: 'MEMBER' as const })
  await tx
    .insertInto('division_members')
    .values(members.map(([member, role]) => ({ division, username: member, role })))
    .execute()
  await tx.insertInto('teams').values({ id: team, division, name: 'team', created: 0 }).execute()
  await tx
    .insertInto('team_members')
    .values([
      { team, username: 'owner', role: 'ADMIN' },
      { team, username: 'team', role: 'MEMBER' },
      { team, username, role: 'MEMBER' },
    ])
    .execute()
}

async function insertVolumeOf(
  tx: Write,
  { volume, username, team }: Objects,
  name: string,
  path: string,
): Promise<void> {
  await insertVolume(tx, {
    id: volume,
    owner: 'owner',
    name,
    description: '',
    access_mode: 'RW',
    active: 1,
    service: JSON.stringify({ type: 'local', path, prefix: '' }),
    secrets: null,
    created: 0,
    modified: 0,
  })
  for (const [member, rights] of Object.entries(GRANTS))
    await putVolumeGrant(tx, { volume, type: 'USER', member }, rights)
  await putVolumeGrant(tx, { volume, type: 'USER', member: username }, READ)
  await putVolumeGrant(tx, { volume, type: 'TEAM', member: team }, WRITE)
}
