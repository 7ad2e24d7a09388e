import { call } from './call.ts'

export const exports = {
  'exports.list': call('GET', '/storage/exports', 200, 'user', 'none', 'List your exports to volumes'),
  'exports.start': call('POST', '/storage/exports', 201, 'write', 'volume', 'Export a file to a volume'),
  'exports.get': call('GET', '/storage/exports/:export', 200, 'user', 'none', 'An export'),
}
