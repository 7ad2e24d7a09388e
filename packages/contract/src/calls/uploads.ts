import { call } from './call.ts'

export const uploads = {
  'uploads.root': call('GET', '/upload', 200, 'user', 'none', 'The directory of uploads'),
  'uploads.begin': call('POST', '/upload/multipart', 200, 'write', 'project', 'Begin an upload', { forbidden: 8001 }),
  'uploads.list': call('GET', '/upload/multipart', 200, 'user', 'none', "List the caller's uploads on their way"),
  'uploads.abort': call('DELETE', '/upload/multipart/:upload', 204, 'write', 'upload', 'Abort an upload'),
  'uploads.get': call(
    'GET',
    '/upload/multipart/:upload',
    200,
    'write',
    'upload',
    'An upload, with list_parts also its parts',
  ),
  'uploads.getPart': call(
    'GET',
    '/upload/multipart/:upload/part/:part',
    200,
    'write',
    'upload',
    'An address to put a part to',
  ),
  'uploads.reportPart': call(
    'POST',
    '/upload/multipart/:upload/part',
    200,
    'write',
    'upload',
    'Report a part that was sent',
  ),
  'uploads.reportParts': call('POST', '/upload/multipart/:upload', 200, 'write', 'upload', 'Report several parts'),
  'uploads.complete': call(
    'POST',
    '/upload/multipart/:upload/complete',
    201,
    'write',
    'upload',
    'Complete an upload: the file',
  ),
  'uploads.putPart': call(
    'PUT',
    '/signed/uploads/:upload/:part',
    200,
    'signed',
    'upload',
    'The bytes of a part, at a signed address',
  ),
}
