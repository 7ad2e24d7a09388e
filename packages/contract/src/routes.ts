/**
 * Every call: its name, method, path below the base URL, and the status of its success. The authorisation table, the router
 * and the API's description are made from this list.
 */
const TABLE = [
  ['root', 'GET', '/', 200],

  ['openapi.get', 'GET', '/openapi.json', 200],
  ['docs.get', 'GET', '/docs', 200],
  ['docs.asset', 'GET', '/docs/:asset', 200],
  ['errors.get', 'GET', '/errors/:code', 200],

  ['user.get', 'GET', '/user', 200],
  ['users.get', 'GET', '/users/:username', 200],
  ['users.list', 'GET', '/users', 200],
  ['users.disable', 'DELETE', '/users/:username', 204],
  ['divisions.list', 'GET', '/divisions', 200],
  ['divisions.get', 'GET', '/divisions/:division', 200],
  ['divisions.teams', 'GET', '/divisions/:division/teams', 200],
  ['teams.list', 'GET', '/teams', 200],
  ['teams.create', 'POST', '/teams', 201],
  ['teams.get', 'GET', '/teams/:team', 200],
  ['teams.edit', 'PATCH', '/teams/:team', 200],
  ['teams.delete', 'DELETE', '/teams/:team', 204],
  ['teams.members.list', 'GET', '/teams/:team/members', 200],
  ['teams.members.add', 'POST', '/teams/:team/members', 201],
  ['teams.members.remove', 'DELETE', '/teams/:team/members/:username', 204],
  ['rateLimit.get', 'GET', '/rate_limit', 200],

  ['billing.get', 'GET', '/billing', 200],
  ['billing.groups.list', 'GET', '/billing/groups', 200],
  ['billing.groups.get', 'GET', '/billing/groups/:group', 200],
  ['billing.groups.edit', 'PATCH', '/billing/groups/:group', 200],
  ['billing.groups.breakdown', 'GET', '/billing/groups/:group/breakdown', 200],
  ['billing.groups.analyses', 'GET', '/billing/groups/:group/breakdown/analysis', 200],
  ['billing.groups.storage', 'GET', '/billing/groups/:group/breakdown/storage', 200],
  ['billing.groups.egress', 'GET', '/billing/groups/:group/breakdown/egress', 200],
  ['billing.invoices.list', 'GET', '/billing/invoices', 200],
  ['billing.invoices.get', 'GET', '/billing/invoices/:invoice', 200],

  ['projects.list', 'GET', '/projects', 200],
  ['projects.listByOwner', 'GET', '/projects/:owner', 200],
  ['projects.create', 'POST', '/projects', 201],
  ['projects.get', 'GET', '/projects/:owner/:project', 200],
  ['projects.edit', 'PATCH', '/projects/:owner/:project', 200],
  ['projects.editByPost', 'POST', '/projects/:owner/:project', 200],
  ['projects.delete', 'DELETE', '/projects/:owner/:project', 204],
  ['projects.files', 'GET', '/projects/:owner/:project/files', 200],
  ['projects.tasks', 'GET', '/projects/:owner/:project/tasks', 200],
  ['projects.apps', 'GET', '/projects/:owner/:project/apps', 200],
  ['projects.members.list', 'GET', '/projects/:owner/:project/members', 200],
  ['projects.members.add', 'POST', '/projects/:owner/:project/members', 201],
  ['projects.members.get', 'GET', '/projects/:owner/:project/members/:username', 200],
  ['projects.members.remove', 'DELETE', '/projects/:owner/:project/members/:username', 204],
  ['projects.members.getPermissions', 'GET', '/projects/:owner/:project/members/:username/permissions', 200],
  ['projects.members.editPermissions', 'PATCH', '/projects/:owner/:project/members/:username/permissions', 200],
  ['projects.members.replacePermissions', 'PUT', '/projects/:owner/:project/members/:username/permissions', 200],

  ['files.list', 'GET', '/files', 200],
  ['files.createFolder', 'POST', '/files', 201],
  ['files.get', 'GET', '/files/:file', 200],
  ['files.edit', 'PATCH', '/files/:file', 200],
  ['files.delete', 'DELETE', '/files/:file', 204],
  ['files.listFolder', 'GET', '/files/:file/list', 200],
  ['files.getMetadata', 'GET', '/files/:file/metadata', 200],
  ['files.editMetadata', 'PATCH', '/files/:file/metadata', 200],
  ['files.replaceMetadata', 'PUT', '/files/:file/metadata', 200],
  ['files.replaceTags', 'PUT', '/files/:file/tags', 200],
  ['files.downloadInfo', 'GET', '/files/:file/download_info', 200],
  ['files.download', 'GET', '/signed/files/:file', 200],
  ['files.scroll', 'GET', '/files/scroll', 200],
  ['files.scrollFolder', 'GET', '/files/:file/scroll', 200],
  ['files.copy', 'POST', '/files/:file/actions/copy', 201],
  ['files.move', 'POST', '/files/:file/actions/move', 200],
  ['files.search', 'POST', '/files/search', 200],
  ['files.copyMany', 'POST', '/action/files/copy', 200],
  ['files.getIds', 'POST', '/action/files/get_ids', 200],
  ['files.resolveOrigins', 'POST', '/action/files/resolve_origin_ids', 200],

  ['bulk.files.get', 'POST', '/bulk/files/get', 200],
  ['bulk.files.edit', 'POST', '/bulk/files/edit', 200],
  ['bulk.files.update', 'POST', '/bulk/files/update', 200],
  ['bulk.files.delete', 'POST', '/bulk/files/delete', 200],
  ['bulk.tasks.get', 'POST', '/bulk/tasks/get', 200],

  ['async.files.list', 'GET', '/async/files', 200],
  ['async.files.copy', 'POST', '/async/files/copy', 202],
  ['async.files.getCopy', 'GET', '/async/files/copy/:operation', 200],
  ['async.files.move', 'POST', '/async/files/move', 202],
  ['async.files.getMove', 'GET', '/async/files/move/:operation', 200],
  ['async.files.delete', 'POST', '/async/files/delete', 202],
  ['async.files.getDelete', 'GET', '/async/files/delete/:operation', 200],
  ['async.files.unknown', 'POST', '/async/files/:action', 202],

  ['uploads.root', 'GET', '/upload', 200],
  ['uploads.list', 'GET', '/upload/multipart', 200],
  ['uploads.begin', 'POST', '/upload/multipart', 200],
  ['uploads.get', 'GET', '/upload/multipart/:upload', 200],
  ['uploads.abort', 'DELETE', '/upload/multipart/:upload', 204],
  ['uploads.getPart', 'GET', '/upload/multipart/:upload/part/:part', 200],
  ['uploads.reportPart', 'POST', '/upload/multipart/:upload/part', 200],
  ['uploads.reportParts', 'POST', '/upload/multipart/:upload', 200],
  ['uploads.complete', 'POST', '/upload/multipart/:upload/complete', 201],
  ['uploads.putPart', 'PUT', '/signed/uploads/:upload/:part', 200],

  ['apps.list', 'GET', '/apps', 200],
  ['apps.get', 'GET', '/apps/:owner/:project/:app', 200],
  ['apps.getRevision', 'GET', '/apps/:owner/:project/:app/:revision', 200],
  ['apps.getRaw', 'GET', '/apps/:owner/:project/:app/raw', 200],
  ['apps.getRevisionRaw', 'GET', '/apps/:owner/:project/:app/:revision/raw', 200],
  ['apps.create', 'POST', '/apps/:owner/:project/:app/raw', 201],
  ['apps.createRevision', 'POST', '/apps/:owner/:project/:app/:revision/raw', 201],
  ['apps.copy', 'POST', '/apps/:owner/:project/:app/actions/copy', 201],
  ['apps.copyRevision', 'POST', '/apps/:owner/:project/:app/:revision/actions/copy', 201],
  ['apps.sync', 'POST', '/apps/:owner/:project/:app/actions/sync', 200],
  ['apps.listByOwner', 'GET', '/apps/:owner', 200],
  ['apps.listByProject', 'GET', '/apps/:owner/:project', 200],
  ['apps.containers', 'POST', '/action/internal/app_containers', 200],

  ['tasks.list', 'GET', '/tasks', 200],
  ['tasks.create', 'POST', '/tasks', 201],
  ['tasks.get', 'GET', '/tasks/:task', 200],
  ['tasks.edit', 'PATCH', '/tasks/:task', 200],
  ['tasks.delete', 'DELETE', '/tasks/:task', 204],
  ['tasks.getInputs', 'GET', '/tasks/:task/inputs', 200],
  ['tasks.editInputs', 'PATCH', '/tasks/:task/inputs', 200],
  ['tasks.run', 'POST', '/tasks/:task/actions/run', 200],
  ['tasks.abort', 'POST', '/tasks/:task/actions/abort', 200],
  ['tasks.clone', 'POST', '/tasks/:task/actions/clone', 201],
  ['tasks.unknownAction', 'POST', '/tasks/:task/actions/:action', 200],
  ['tasks.executionDetails', 'GET', '/tasks/:task/execution_details', 200],
  ['tasks.jobs', 'GET', '/tasks/:task/jobs', 200],
  ['tasks.comparison', 'GET', '/tasks/:task/comparison', 200],
  ['tasks.comparedOutputs', 'GET', '/tasks/:task/comparison/outputs', 200],
  ['tasks.comparedPairs', 'GET', '/tasks/:task/comparison/pairs', 200],
  ['tasks.lineage', 'GET', '/tasks/:task/lineage', 200],
  ['tasks.verify', 'POST', '/tasks/:task/actions/verify', 201],
  ['tasks.determinism', 'GET', '/tasks/:task/determinism', 200],
  ['tasks.executionDetailsAlias', 'GET', '/:task/execution_details', 200],

  ['volumes.list', 'GET', '/storage/volumes', 200],
  ['volumes.listByOwner', 'GET', '/storage/volumes/:owner', 200],
  ['volumes.create', 'POST', '/storage/volumes', 201],
  ['volumes.get', 'GET', '/storage/volumes/:owner/:volume', 200],
  ['volumes.edit', 'PATCH', '/storage/volumes/:owner/:volume', 200],
  ['volumes.delete', 'DELETE', '/storage/volumes/:owner/:volume', 204],
  ['volumes.browse', 'GET', '/storage/volumes/:owner/:volume/list', 200],
  ['volumes.getObject', 'GET', '/storage/volumes/:owner/:volume/object', 200],
  ['volumes.members.list', 'GET', '/storage/volumes/:owner/:volume/members', 200],
  ['volumes.members.add', 'POST', '/storage/volumes/:owner/:volume/members', 201],
  ['volumes.members.get', 'GET', '/storage/volumes/:owner/:volume/members/:username', 200],
  ['volumes.members.remove', 'DELETE', '/storage/volumes/:owner/:volume/members/:username', 204],
  ['volumes.members.getPermissions', 'GET', '/storage/volumes/:owner/:volume/members/:username/permissions', 200],
  ['volumes.members.editPermissions', 'PATCH', '/storage/volumes/:owner/:volume/members/:username/permissions', 200],
  ['volumes.members.replacePermissions', 'PUT', '/storage/volumes/:owner/:volume/members/:username/permissions', 200],

  ['imports.list', 'GET', '/storage/imports', 200],
  ['imports.start', 'POST', '/storage/imports', 201],
  ['imports.get', 'GET', '/storage/imports/:import', 200],
  ['exports.list', 'GET', '/storage/exports', 200],
  ['exports.start', 'POST', '/storage/exports', 201],
  ['exports.get', 'GET', '/storage/exports/:export', 200],
  ['bulk.imports.start', 'POST', '/bulk/storage/imports/create', 200],
  ['bulk.imports.get', 'POST', '/bulk/storage/imports/get', 200],
  ['bulk.exports.start', 'POST', '/bulk/storage/exports/create', 200],
  ['bulk.exports.get', 'POST', '/bulk/storage/exports/get', 200],
  ['genome.markers.list', 'GET', '/genome/markers', 200],
  ['genome.markers.create', 'POST', '/genome/markers', 201],
  ['genome.markers.get', 'GET', '/genome/markers/:marker', 200],
  ['genome.markers.edit', 'PATCH', '/genome/markers/:marker', 200],
  ['genome.markers.delete', 'DELETE', '/genome/markers/:marker', 204],

  ['datasets.list', 'GET', '/datasets', 200],
  ['datasets.listByOwner', 'GET', '/datasets/:owner', 200],
  ['datasets.get', 'GET', '/datasets/:owner/:dataset', 200],
  ['datasets.edit', 'PATCH', '/datasets/:owner/:dataset', 200],
  ['datasets.delete', 'DELETE', '/datasets/:owner/:dataset', 204],
  ['datasets.members.list', 'GET', '/datasets/:owner/:dataset/members', 200],
  ['datasets.members.add', 'POST', '/datasets/:owner/:dataset/members', 201],
  ['datasets.members.get', 'GET', '/datasets/:owner/:dataset/members/:username', 200],
  ['datasets.members.remove', 'DELETE', '/datasets/:owner/:dataset/members/:username', 204],
  ['datasets.members.getPermissions', 'GET', '/datasets/:owner/:dataset/members/:username/permissions', 200],
  ['datasets.members.editPermissions', 'PATCH', '/datasets/:owner/:dataset/members/:username/permissions', 200],
  ['datasets.members.replacePermissions', 'PUT', '/datasets/:owner/:dataset/members/:username/permissions', 200],

  ['automations.list', 'GET', '/automation/automations', 200],
  ['automations.create', 'POST', '/automation/automations', 201],
  ['automations.get', 'GET', '/automation/automations/:automation', 200],
  ['automations.edit', 'PATCH', '/automation/automations/:automation', 200],
  ['automations.archive', 'POST', '/automation/automations/:automation/actions/archive', 200],
  ['automations.restore', 'POST', '/automation/automations/:automation/actions/restore', 200],
  ['automations.members.list', 'GET', '/automation/automations/:automation/members', 200],
  ['automations.members.add', 'POST', '/automation/automations/:automation/members', 201],
  ['automations.members.get', 'GET', '/automation/automations/:automation/members/:member', 200],
  ['automations.members.edit', 'PATCH', '/automation/automations/:automation/members/:member', 200],
  ['automations.members.remove', 'DELETE', '/automation/automations/:automation/members/:member', 204],
  ['automations.packages.list', 'GET', '/automation/automations/:automation/packages', 200],
  ['automations.packages.create', 'POST', '/automation/automations/:automation/packages', 201],
  ['automations.packages.get', 'GET', '/automation/packages/:package', 200],
  ['automations.packages.edit', 'PATCH', '/automation/packages/:package', 200],
  [
    'automations.packages.archive',
    'POST',
    '/automation/automations/:automation/packages/:package/actions/archive',
    200,
  ],
  [
    'automations.packages.restore',
    'POST',
    '/automation/automations/:automation/packages/:package/actions/restore',
    200,
  ],
  ['automations.runs.list', 'GET', '/automation/runs', 200],
  ['automations.runs.create', 'POST', '/automation/runs', 201],
  ['automations.runs.get', 'GET', '/automation/runs/:run', 200],
  ['automations.runs.edit', 'PATCH', '/automation/runs/:run', 200],
  ['automations.runs.stop', 'POST', '/automation/runs/:run/actions/stop', 200],
  ['automations.runs.rerun', 'POST', '/automation/runs/:run/actions/rerun', 200],
  ['automations.runs.state', 'GET', '/automation/runs/:run/state', 200],
  ['automations.runs.log', 'GET', '/automation/runs/:run/log', 200],
  ['automations.uploads.begin', 'POST', '/automation/upload', 200],
  ['automations.uploads.get', 'GET', '/automation/upload/:upload', 200],
  ['automations.uploads.reportParts', 'POST', '/automation/upload/:upload', 200],
  ['automations.uploads.abort', 'DELETE', '/automation/upload/:upload', 204],
  ['automations.uploads.getPart', 'GET', '/automation/upload/:upload/part/:part', 200],
  ['automations.uploads.reportPart', 'POST', '/automation/upload/:upload/part', 200],
  ['automations.uploads.complete', 'POST', '/automation/upload/:upload/complete', 201],

  ['notifications.feedback', 'POST', '/action/notifications/feedback', 200],
  ['bulk.drs.start', 'POST', '/bulk/drs/imports/create', 200],
  ['bulk.drs.get', 'GET', '/bulk/drs/imports/:import', 200],
] as const

type Row = (typeof TABLE)[number]

/** The name of a call. */
export type Call = Row[0]

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Route {
  call: Call
  method: Method
  /** below the base URL; `:name` is a parameter */
  path: string
  /** of a success */
  status: number
}

export const ROUTES: readonly Route[] = TABLE.map(([call, method, path, status]) => ({ call, method, path, status }))

type Names<P extends string> = P extends `${infer Head}/${infer Rest}`
  ? Names<Head> | Names<Rest>
  : P extends `:${infer Name}`
    ? Name
    : never

/** The parameters in the path of a call. */
export type PathOf<C extends Call> = { [Name in Names<Extract<Row, readonly [C, ...unknown[]]>[2]>]: string }

/** The status of a call's success. */
export type StatusOf<C extends Call> = Extract<Row, readonly [C, ...unknown[]]>[3]

const BY_CALL = new Map(ROUTES.map(route => [route.call, route]))

export function routeOf(call: Call): Route {
  return BY_CALL.get(call)!
}
