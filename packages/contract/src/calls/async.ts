import { call } from './call.ts'

export const async = {
  'async.files.list': call('GET', '/async/files', 200, 'user', 'none', "List the caller's operations on files"),
  'async.files.copy': call(
    'POST',
    '/async/files/copy',
    202,
    'user',
    'none',
    'Copy files and folders, behind the answer',
  ),
  'async.files.getCopy': call('GET', '/async/files/copy/:operation', 200, 'user', 'none', 'How a copying gets on'),
  'async.files.move': call(
    'POST',
    '/async/files/move',
    202,
    'user',
    'none',
    'Move files and folders, behind the answer',
  ),
  'async.files.getMove': call('GET', '/async/files/move/:operation', 200, 'user', 'none', 'How a move gets on'),
  'async.files.delete': call(
    'POST',
    '/async/files/delete',
    202,
    'user',
    'none',
    'Delete files and folders, behind the answer',
  ),
  'async.files.getDelete': call('GET', '/async/files/delete/:operation', 200, 'user', 'none', 'How a removal gets on'),
  'async.files.unknown': call('POST', '/async/files/:action', 202, 'user', 'none', 'Refuse any other operation'),
}
