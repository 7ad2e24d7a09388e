import { call } from './call.ts'

export const imports = {
  'imports.list': call('GET', '/storage/imports', 200, 'user', 'none', 'List your imports from volumes'),
  'imports.start': call('POST', '/storage/imports', 201, 'copy', 'volume', 'Import a file or a folder of a volume'),
  'imports.get': call('GET', '/storage/imports/:import', 200, 'user', 'none', 'An import'),
}
