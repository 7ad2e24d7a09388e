import { call } from './call.ts'

export const teams = {
  'teams.create': call('POST', '/teams', 201, 'write', 'division', 'Make a team'),
  'teams.list': call('GET', '/teams', 200, 'read', 'division', 'List teams of a division'),
  'teams.delete': call('DELETE', '/teams/:team', 204, 'admin', 'team', 'Delete a team'),
  'teams.edit': call('PATCH', '/teams/:team', 200, 'admin', 'team', 'Rename a team'),
  'teams.get': call('GET', '/teams/:team', 200, 'read', 'team', 'A team'),
  'teams.members.list': call('GET', '/teams/:team/members', 200, 'read', 'team', 'List the members of a team'),
  'teams.members.add': call('POST', '/teams/:team/members', 201, 'admin', 'team', 'Add a user to a team'),
  'teams.members.remove': call(
    'DELETE',
    '/teams/:team/members/:username',
    204,
    'admin',
    'team',
    'Take a user out of a team',
  ),
}
