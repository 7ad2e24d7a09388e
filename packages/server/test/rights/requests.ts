import type { Call } from '@reprise/contract'
import { sign } from '../../src/signing.ts'
import type { Objects } from './objects.ts'

/** What a call needs beside the objects in its path, so that nothing but a missing right can refuse it. */
export interface Request {
  query?: string
  body?: unknown
  /** parameters of the path that are no objects */
  path?: { [name: string]: string }
  /** what the objects have to be before */
  task?: 'QUEUED' | 'COMPLETED'
  /** the task has a job of this path that is DONE */
  job?: string
  volume?: 'inactive'
}

const NAMED = { name: 'new' }
const ALL = { read: true, copy: true, write: true, execute: true, admin: false }
const AT = { part_number: 1, response: { headers: { ETag: 'x' } } }
const TOOL = { cwlVersion: 'v1.2', class: 'CommandLineTool', baseCommand: 'true', inputs: {}, outputs: {} }
const ABSENT = { automation: 'none', package: 'none', run: 'none', member: 'none', upload: 'none' }

/** A call that is not here needs nothing. */
export const REQUESTS: { [C in Call]?: (objects: Objects) => Request } = {
  'errors.get': () => ({ path: { code: '3002' } }),
  'docs.asset': () => ({ path: { asset: 'page.js' } }),
  'users.get': () => ({ path: { username: 'owner' } }),
  'users.list': ({ division }) => ({ query: `division=${division}` }),
  'teams.list': ({ division }) => ({ query: `division=${division}` }),
  'teams.create': ({ division }) => ({ body: { name: 'new', division } }),
  'teams.edit': () => ({ body: NAMED }),
  'teams.members.add': () => ({ body: { id: 'reader' } }),
  'billing.groups.edit': () => ({ body: { disabled: false } }),
  'billing.invoices.get': () => ({ path: { invoice: '1' } }),
  'projects.create': () => ({ body: NAMED }),
  'projects.edit': () => ({ body: NAMED }),
  'projects.editByPost': () => ({ query: '_method=PATCH', body: NAMED }),
  'projects.members.add': () => ({ body: { username: 'stranger' } }),
  'projects.members.editPermissions': () => ({ body: { write: true } }),
  'projects.members.replacePermissions': () => ({ body: ALL }),

  'files.list': ({ project }) => ({ query: `project=${project}` }),
  'files.scroll': ({ project }) => ({ query: `project=${project}&token=init` }),
  'files.createFolder': ({ project }) => ({ body: { name: 'new', type: 'folder', project } }),
  'files.edit': () => ({ body: { tags: ['new'] } }),
  'files.listFolder': ({ folder }) => ({ path: { file: folder } }),
  'files.scrollFolder': ({ folder }) => ({ path: { file: folder }, query: 'token=init' }),
  'files.editMetadata': () => ({ body: { key: 'new' } }),
  'files.replaceMetadata': () => ({ body: { key: 'new' } }),
  'files.replaceTags': () => ({ body: ['new'] }),
  'files.copy': ({ scratch, file }) => ({ body: { project: scratch, name: `copy of ${file}` } }),
  'files.move': ({ folder }) => ({ body: { parent: folder } }),
  'files.search': ({ project }) => ({ body: { query: `IN "${project}"` } }),
  'files.copyMany': ({ scratch, file }) => ({ body: { project: scratch, file_ids: [file] } }),
  'files.getIds': ({ project }) => ({ body: [`${project}/file.txt`] }),
  'files.resolveOrigins': ({ file }) => ({ body: { type: 'dataset', dataset: 'any/one', items: [{ id: file }] } }),
  'files.download': ({ file, caller, secret }) => ({ query: sign(secret, 'GET', `files/${file}`, caller) }),
  'bulk.files.get': ({ file }) => ({ body: { file_ids: [file] } }),
  'bulk.files.delete': ({ file }) => ({ body: { file_ids: [file] } }),
  'bulk.files.edit': ({ file }) => ({ body: { items: [{ file_id: file, tags: ['new'] }] } }),
  'bulk.files.update': ({ file }) => ({ body: { items: [{ file_id: file, tags: ['new'] }] } }),
  'bulk.tasks.get': ({ task }) => ({ body: { task_ids: [task] } }),
  'async.files.copy': ({ file, scratch }) => ({ body: { items: [{ file, project: scratch }] } }),
  'async.files.move': ({ file, scratch }) => ({ body: { items: [{ file, project: scratch }] } }),
  'async.files.delete': ({ file }) => ({ body: { items: [{ file }] } }),
  'async.files.getCopy': () => ({ path: { operation: 'none' } }),
  'async.files.getMove': () => ({ path: { operation: 'none' } }),
  'async.files.getDelete': () => ({ path: { operation: 'none' } }),
  'async.files.unknown': () => ({ path: { name: 'archive' } }),

  'uploads.begin': ({ project }) => ({ body: { project, name: 'new', size: 1 } }),
  'uploads.getPart': () => ({ path: { part: '1' } }),
  'uploads.reportPart': () => ({ body: AT }),
  'uploads.reportParts': () => ({ body: { parts: [AT] } }),
  'uploads.putPart': ({ upload, caller, secret }) => ({
    path: { part: '1' },
    query: sign(secret, 'PUT', `uploads/${upload}/1`, caller),
  }),

  'apps.create': () => ({ path: { app: 'new' }, body: TOOL }),
  'apps.createRevision': () => ({ path: { revision: '1' }, body: TOOL }),
  'apps.getRevision': () => ({ path: { revision: '0' } }),
  'apps.getRevisionRaw': () => ({ path: { revision: '0' } }),
  'apps.copy': ({ scratch, task }) => ({ body: { project: scratch, name: task } }),
  'apps.copyRevision': ({ scratch, task }) => ({ path: { revision: '0' }, body: { project: scratch, name: task } }),

  'tasks.create': ({ project, app }) => ({ body: { project, app, name: 'new', inputs: {} } }),
  'tasks.edit': () => ({ body: NAMED }),
  'tasks.editInputs': () => ({ body: {} }),
  'tasks.abort': () => ({ task: 'QUEUED' }),
  'tasks.comparison': ({ task }) => ({ task: 'COMPLETED', query: `with=${task}` }),
  'tasks.comparedOutputs': ({ task }) => ({ task: 'COMPLETED', query: `with=${task}` }),
  'tasks.comparedPairs': ({ task }) => ({ task: 'COMPLETED', query: `with=${task}` }),
  'tasks.verify': () => ({ task: 'COMPLETED' }),
  'tasks.distrust': () => ({ task: 'COMPLETED', job: 'wc', body: { path: 'wc' } }),
  'tasks.trust': () => ({ task: 'COMPLETED', job: 'wc', body: { path: 'wc' } }),
  'tasks.unknownAction': () => ({ path: { action: 'dance' } }),

  'volumes.create': ({ task, path }) => ({
    body: { name: `v${task.replaceAll('-', '').slice(0, 20)}`, service: { type: 'local', path } },
  }),
  'volumes.delete': () => ({ volume: 'inactive' }),
  'volumes.edit': () => ({ body: { description: 'new' } }),
  'volumes.getObject': () => ({ query: 'location=object.txt' }),
  'volumes.members.add': () => ({ body: { username: 'stranger' } }),
  'volumes.members.editPermissions': () => ({ body: { write: true } }),
  'volumes.members.replacePermissions': () => ({ body: ALL }),
  'imports.start': ({ volume, scratch, task }) => ({
    body: { source: { volume, location: 'object.txt' }, destination: { project: scratch, name: `import ${task}` } },
  }),
  'imports.get': () => ({ path: { import: 'none' } }),
  'exports.start': ({ volume, scratchFile }) => ({
    query: 'copy_only=true',
    body: { source: { file: scratchFile }, destination: { volume, location: 'new.txt' } },
  }),
  'exports.get': () => ({ path: { export: 'none' } }),
  'bulk.imports.start': ({ volume, scratch, task }) => ({
    body: {
      items: [
        { source: { volume, location: 'object.txt' }, destination: { project: scratch, name: `import ${task}` } },
      ],
    },
  }),
  'bulk.imports.get': () => ({ body: { import_ids: ['none'] } }),
  'bulk.exports.start': ({ volume, scratchFile }) => ({
    query: 'copy_only=true',
    body: { items: [{ source: { file: scratchFile }, destination: { volume, location: 'new.txt' } }] },
  }),
  'bulk.exports.get': () => ({ body: { export_ids: ['none'] } }),
  'bulk.drs.start': ({ project }) => ({ body: { items: [{ drs_uri: 'drs://127.0.0.1:1/none', project }] } }),
  'bulk.drs.get': () => ({ path: { import: 'none' } }),

  'genome.markers.list': ({ file }) => ({ query: `file=${file}` }),
  'genome.markers.create': ({ file }) => ({
    body: { file, name: 'new', chromosome: '1', position: { start: 1, end: 2 }, private: false },
  }),
  'genome.markers.edit': () => ({ body: NAMED }),
  'datasets.edit': () => ({ body: NAMED }),
  'datasets.members.add': () => ({ body: { username: 'stranger' } }),
  'datasets.members.editPermissions': () => ({ body: { write: true } }),
  'datasets.members.replacePermissions': () => ({ body: ALL }),
  'notifications.feedback': () => ({ body: { type: 'IDEA', text: 'x', referrer: '' } }),
}

/** The path of a call with the objects in the places of its parameters. */
export function pathOf(template: string, objects: Objects, request: Request): string {
  const [owner = '', project = ''] = objects.project.split('/')
  const known: { [name: string]: string } = {
    owner,
    project,
    file: objects.file,
    app: 'tool',
    task: objects.task,
    upload: objects.upload,
    volume: project,
    marker: objects.marker,
    division: objects.division,
    team: objects.team,
    username: objects.username,
    dataset: 'none',
    group: '6f1d1f6e-3c7b-4d0a-9b59-2f0f6a8e7c11',
    ...(template.startsWith('/automation') ? ABSENT : {}),
    ...request.path,
  }
  const path = template.replace(/:(\w+)/g, (_, name: string) => known[name] ?? `missing-${name}`)
  return request.query === undefined ? path : `${path}?${request.query}`
}
