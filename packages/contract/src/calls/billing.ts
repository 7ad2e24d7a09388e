import { call } from './call.ts'

export const billing = {
  'billing.get': call('GET', '/billing', 200, 'user', 'none', 'The directory of billing'),
  'billing.groups.list': call('GET', '/billing/groups', 200, 'user', 'none', 'List billing groups'),
  'billing.groups.edit': call(
    'PATCH',
    '/billing/groups/:group',
    200,
    'admin',
    'billing',
    'Disable or enable a billing group',
  ),
  'billing.groups.get': call('GET', '/billing/groups/:group', 200, 'read', 'billing', 'A billing group'),
  'billing.groups.breakdown': call(
    'GET',
    '/billing/groups/:group/breakdown',
    200,
    'read',
    'billing',
    'What was spent, by project',
  ),
  'billing.groups.analyses': call(
    'GET',
    '/billing/groups/:group/breakdown/analysis',
    200,
    'read',
    'billing',
    'What each task has cost',
  ),
  'billing.groups.storage': call(
    'GET',
    '/billing/groups/:group/breakdown/storage',
    200,
    'read',
    'billing',
    'What each project has stored',
  ),
  'billing.groups.egress': call(
    'GET',
    '/billing/groups/:group/breakdown/egress',
    200,
    'read',
    'billing',
    'What was downloaded',
  ),
  'billing.invoices.list': call('GET', '/billing/invoices', 200, 'user', 'none', 'List invoices'),
  'billing.invoices.get': call('GET', '/billing/invoices/:invoice', 200, 'user', 'none', 'An invoice'),
}
