import { call } from './call.ts'

export const users = {
  'user.get': call('GET', '/user', 200, 'user', 'none', 'The caller'),
  'users.disable': call('DELETE', '/users/:username', 204, 'admin', 'user', "Refuse a user's tokens"),
  'users.list': call('GET', '/users', 200, 'read', 'division', 'List the users of a division'),
  'users.get': call('GET', '/users/:username', 200, 'user', 'user', 'A user'),
}
