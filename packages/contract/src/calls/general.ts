import { call } from './call.ts'

export const general = {
  root: call('GET', '/', 200, 'nobody', 'none', 'The directory of paths'),
  'openapi.get': call('GET', '/openapi.json', 200, 'nobody', 'none', 'This description'),
  'docs.get': call('GET', '/docs', 200, 'nobody', 'none', 'A page to browse the API'),
  'docs.asset': call('GET', '/docs/:asset', 200, 'nobody', 'none', 'What that page needs'),
  'errors.get': call('GET', '/errors/:code', 200, 'nobody', 'none', 'What a code means'),
  'rateLimit.get': call('GET', '/rate_limit', 200, 'user', 'none', 'What is left of the rate limit; does not count'),
}
