import { call } from './call.ts'

export const divisions = {
  'divisions.list': call('GET', '/divisions', 200, 'user', 'none', "List the caller's divisions"),
  'divisions.get': call('GET', '/divisions/:division', 200, 'read', 'division', 'A division'),
  'divisions.teams': call('GET', '/divisions/:division/teams', 200, 'read', 'division', 'List the teams of a division'),
}
