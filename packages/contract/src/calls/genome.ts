import { call } from './call.ts'

export const genome = {
  'genome.markers.create': call('POST', '/genome/markers', 201, 'read', 'file', 'Make a marker'),
  'genome.markers.list': call('GET', '/genome/markers', 200, 'read', 'file', 'List markers of a file'),
  'genome.markers.delete': call('DELETE', '/genome/markers/:marker', 204, 'read', 'none', 'Delete a marker'),
  'genome.markers.edit': call('PATCH', '/genome/markers/:marker', 200, 'read', 'none', 'Change a marker'),
  'genome.markers.get': call('GET', '/genome/markers/:marker', 200, 'read', 'none', 'Show a marker'),
}
