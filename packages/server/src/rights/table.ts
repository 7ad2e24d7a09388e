import type { Call, ErrorCode } from '@reprise/contract'

/** A permission on the object, or: nobody (no token), signed (the address itself is the proof), user (any token). */
export type Need = 'nobody' | 'signed' | 'user' | 'read' | 'copy' | 'write' | 'execute' | 'admin'

/** What the permission is looked at on: for calls that make something, what it is made in. */
export type Kind =
  | 'none'
  | 'user'
  | 'division'
  | 'team'
  | 'billing'
  | 'project'
  | 'file'
  | 'app'
  | 'task'
  | 'upload'
  | 'volume'

export interface Rule {
  need: Need
  on: Kind
  /** code for an object that may be read but not used so, where it is not the usual one of its kind */
  forbidden?: ErrorCode
}

/** Who may call what: every call of the API has its row. */
export const RIGHTS: { [C in Call]: Rule } = {
  root: { need: 'nobody', on: 'none' },
  'openapi.get': { need: 'nobody', on: 'none' },
  'docs.get': { need: 'nobody', on: 'none' },
  'docs.asset': { need: 'nobody', on: 'none' },
  'errors.get': { need: 'nobody', on: 'none' },

  'user.get': { need: 'user', on: 'none' },
  'users.get': { need: 'user', on: 'user' },
  'users.list': { need: 'read', on: 'division' },
  'users.disable': { need: 'admin', on: 'user' },
  'divisions.list': { need: 'user', on: 'none' },
  'divisions.get': { need: 'read', on: 'division' },
  'divisions.teams': { need: 'read', on: 'division' },
  'teams.list': { need: 'read', on: 'division' },
  'teams.create': { need: 'write', on: 'division' },
  'teams.get': { need: 'read', on: 'team' },
  'teams.edit': { need: 'admin', on: 'team' },
  'teams.delete': { need: 'admin', on: 'team' },
  'teams.members.list': { need: 'read', on: 'team' },
  'teams.members.add': { need: 'admin', on: 'team' },
  'teams.members.remove': { need: 'admin', on: 'team' },
  'rateLimit.get': { need: 'user', on: 'none' },
  'billing.get': { need: 'user', on: 'none' },
  'billing.groups.list': { need: 'user', on: 'none' },
  'billing.groups.get': { need: 'read', on: 'billing' },
  'billing.groups.edit': { need: 'admin', on: 'billing' },
  'billing.groups.breakdown': { need: 'read', on: 'billing' },
  'billing.groups.analyses': { need: 'read', on: 'billing' },
  'billing.groups.storage': { need: 'read', on: 'billing' },
  'billing.groups.egress': { need: 'read', on: 'billing' },
  'billing.invoices.list': { need: 'user', on: 'none' },
  'billing.invoices.get': { need: 'user', on: 'none' },

  'projects.list': { need: 'user', on: 'none' },
  'projects.listByOwner': { need: 'user', on: 'none' },
  'projects.create': { need: 'user', on: 'none' },
  'projects.get': { need: 'read', on: 'project' },
  'projects.edit': { need: 'admin', on: 'project' },
  'projects.editByPost': { need: 'admin', on: 'project' },
  'projects.delete': { need: 'admin', on: 'project' },
  'projects.files': { need: 'read', on: 'project' },
  'projects.tasks': { need: 'read', on: 'project' },
  'projects.apps': { need: 'read', on: 'project' },
  'projects.members.list': { need: 'read', on: 'project' },
  'projects.members.add': { need: 'admin', on: 'project' },
  'projects.members.get': { need: 'read', on: 'project' },
  'projects.members.remove': { need: 'admin', on: 'project' },
  'projects.members.getPermissions': { need: 'read', on: 'project' },
  'projects.members.editPermissions': { need: 'admin', on: 'project' },
  'projects.members.replacePermissions': { need: 'admin', on: 'project' },

  'files.list': { need: 'read', on: 'project' },
  'files.createFolder': { need: 'write', on: 'project', forbidden: 5001 },
  'files.get': { need: 'read', on: 'file' },
  'files.edit': { need: 'write', on: 'file' },
  'files.delete': { need: 'write', on: 'file' },
  'files.listFolder': { need: 'read', on: 'file' },
  'files.getMetadata': { need: 'read', on: 'file' },
  'files.editMetadata': { need: 'write', on: 'file' },
  'files.replaceMetadata': { need: 'write', on: 'file' },
  'files.replaceTags': { need: 'write', on: 'file' },
  'files.downloadInfo': { need: 'copy', on: 'file' },
  'files.download': { need: 'signed', on: 'file' },
  'files.scroll': { need: 'read', on: 'project' },
  'files.scrollFolder': { need: 'read', on: 'file' },
  'files.copy': { need: 'copy', on: 'file', forbidden: 5014 },
  'files.move': { need: 'write', on: 'file', forbidden: 5032 },
  'files.search': { need: 'read', on: 'project' },
  'files.copyMany': { need: 'user', on: 'none' },
  'files.getIds': { need: 'user', on: 'none' },

  'bulk.files.get': { need: 'user', on: 'none' },
  'bulk.files.edit': { need: 'user', on: 'none' },
  'bulk.files.update': { need: 'user', on: 'none' },
  'bulk.files.delete': { need: 'user', on: 'none' },
  'bulk.tasks.get': { need: 'user', on: 'none' },

  'async.files.list': { need: 'user', on: 'none' },
  'async.files.copy': { need: 'user', on: 'none' },
  'async.files.getCopy': { need: 'user', on: 'none' },
  'async.files.move': { need: 'user', on: 'none' },
  'async.files.getMove': { need: 'user', on: 'none' },
  'async.files.delete': { need: 'user', on: 'none' },
  'async.files.getDelete': { need: 'user', on: 'none' },
  'async.files.unknown': { need: 'user', on: 'none' },

  'uploads.root': { need: 'user', on: 'none' },
  'uploads.list': { need: 'user', on: 'none' },
  'uploads.begin': { need: 'write', on: 'project', forbidden: 8001 },
  'uploads.get': { need: 'write', on: 'upload' },
  'uploads.abort': { need: 'write', on: 'upload' },
  'uploads.getPart': { need: 'write', on: 'upload' },
  'uploads.reportPart': { need: 'write', on: 'upload' },
  'uploads.reportParts': { need: 'write', on: 'upload' },
  'uploads.complete': { need: 'write', on: 'upload' },
  'uploads.putPart': { need: 'signed', on: 'upload' },

  'apps.list': { need: 'user', on: 'none' },
  'apps.get': { need: 'read', on: 'app' },
  'apps.getRevision': { need: 'read', on: 'app' },
  'apps.getRaw': { need: 'read', on: 'app' },
  'apps.getRevisionRaw': { need: 'read', on: 'app' },
  'apps.create': { need: 'write', on: 'project', forbidden: 6001 },
  'apps.createRevision': { need: 'write', on: 'project', forbidden: 6001 },

  'tasks.list': { need: 'user', on: 'none' },
  'tasks.create': { need: 'execute', on: 'project', forbidden: 7001 },
  'tasks.get': { need: 'read', on: 'task' },
  'tasks.edit': { need: 'execute', on: 'task' },
  'tasks.delete': { need: 'execute', on: 'task' },
  'tasks.getInputs': { need: 'read', on: 'task' },
  'tasks.editInputs': { need: 'execute', on: 'task' },
  'tasks.run': { need: 'execute', on: 'task' },
  'tasks.abort': { need: 'execute', on: 'task' },
  'tasks.clone': { need: 'execute', on: 'task' },
  'tasks.unknownAction': { need: 'read', on: 'task' },
  'tasks.executionDetails': { need: 'read', on: 'task' },
  'tasks.executionDetailsAlias': { need: 'read', on: 'task' },

  'volumes.list': { need: 'user', on: 'none' },
  'volumes.listByOwner': { need: 'user', on: 'none' },
  'volumes.create': { need: 'user', on: 'none' },
  'volumes.get': { need: 'read', on: 'volume' },
  'volumes.edit': { need: 'admin', on: 'volume' },
  'volumes.delete': { need: 'admin', on: 'volume' },
  'volumes.browse': { need: 'read', on: 'volume' },
  'volumes.getObject': { need: 'read', on: 'volume' },
  'volumes.members.list': { need: 'read', on: 'volume' },
  'volumes.members.add': { need: 'admin', on: 'volume' },
  'volumes.members.get': { need: 'read', on: 'volume' },
  'volumes.members.remove': { need: 'admin', on: 'volume' },
  'volumes.members.getPermissions': { need: 'read', on: 'volume' },
  'volumes.members.editPermissions': { need: 'admin', on: 'volume' },
  'volumes.members.replacePermissions': { need: 'admin', on: 'volume' },

  'imports.list': { need: 'user', on: 'none' },
  'imports.start': { need: 'copy', on: 'volume' },
  'imports.get': { need: 'user', on: 'none' },
  'exports.list': { need: 'user', on: 'none' },
  'exports.start': { need: 'write', on: 'volume' },
  'exports.get': { need: 'user', on: 'none' },
  'bulk.imports.start': { need: 'user', on: 'none' },
  'bulk.imports.get': { need: 'user', on: 'none' },
  'bulk.exports.start': { need: 'user', on: 'none' },
  'bulk.exports.get': { need: 'user', on: 'none' },
}
