import { call } from './call.ts'

export const bulk = {
  'bulk.files.get': call('POST', '/bulk/files/get', 200, 'user', 'none', 'Many files'),
  'bulk.files.edit': call(
    'POST',
    '/bulk/files/edit',
    200,
    'user',
    'none',
    'Change many files: what is given is merged',
  ),
  'bulk.files.update': call(
    'POST',
    '/bulk/files/update',
    200,
    'user',
    'none',
    'Change many files: tags and metadata are replaced',
  ),
  'bulk.files.delete': call('POST', '/bulk/files/delete', 200, 'user', 'none', 'Delete many files'),
  'bulk.tasks.get': call('POST', '/bulk/tasks/get', 200, 'user', 'none', 'Many tasks'),
  'bulk.imports.start': call('POST', '/bulk/storage/imports/create', 200, 'user', 'none', 'Start many imports'),
  'bulk.imports.get': call('POST', '/bulk/storage/imports/get', 200, 'user', 'none', 'Many imports'),
  'bulk.exports.start': call('POST', '/bulk/storage/exports/create', 200, 'user', 'none', 'Start many exports'),
  'bulk.exports.get': call('POST', '/bulk/storage/exports/get', 200, 'user', 'none', 'Many exports'),
  'bulk.drs.start': call('POST', '/bulk/drs/imports/create', 200, 'user', 'none', 'Import files by their DRS URIs'),
  'bulk.drs.get': call('GET', '/bulk/drs/imports/:import', 200, 'user', 'none', 'An import by DRS'),
}
