import type { ErrorTable } from './entry.ts'

/** Platform, rate limit, users, projects, billing, and what HTTP itself knows. */
export const GENERAL = {
  0: [503, 'The server is under maintenance.', 'Try again in some minutes.'],
  1000: [429, 'The request limit is used up.', 'Wait until the time in X-RateLimit-Reset.'],

  2000: [503, 'The user service is down.', 'Try again later.'],
  2001: [403, 'You have no right to this user.', 'Ask an administrator.'],
  2002: [404, 'No such user.', 'Check the username; case matters.'],
  2003: [409, 'A user of this name exists already.', 'Take another username.'],
  2105: [400, 'A division is needed.', 'Give division.'],

  3000: [503, 'The project service is down.', 'Try again later.'],
  3001: [403, 'You have no right to do this in the project.', 'Ask an admin of the project for the permission.'],
  3002: [404, 'No such project or member.', 'Check the id, owner/project; case matters.'],
  3003: [409, 'The project or member exists already.', 'Take another name.'],
  3004: [400, "The owner's username is empty.", 'Give the owner.'],
  3005: [400, "The member's username is empty.", 'Give username or email.'],
  3006: [400, 'The project id is empty.', 'Give it as owner/project.'],
  3007: [400, 'The project name is empty.', 'Give name.'],
  3008: [400, 'The billing group id is empty.', 'Give billing_group or leave it out.'],
  3009: [400, 'The project type is empty.', 'Give v2 or leave it out.'],
  3010: [400, 'The project type is neither v2 nor v1.', 'Give v2 or leave it out.'],
  3011: [400, 'The permissions are empty.', 'Give at least one permission.'],
  3012: [400, 'The project id has not the form owner/project.', 'Give it as owner/project.'],
  3013: [400, 'The permissions are incomplete.', 'Give read, copy, write, execute and admin.'],

  4000: [503, 'The billing service is down.', 'Try again later.'],
  4001: [403, 'You have no right to this group or invoice.', 'Ask its owner.'],
  4002: [404, 'No such billing group or invoice.', 'List them for their ids.'],
  4003: [409, 'The group or invoice exists already.', 'Take another name.'],
  4004: [400, 'The billing group id is empty.', 'Give the id of a group.'],
  4005: [400, 'The billing group id is not a UUID.', 'List the billing groups for their ids.'],
  4006: [403, 'You are not a member of the billing group.', 'Take a group of your own.'],
  4007: [400, 'The invoice id is empty.', 'Give the id of an invoice.'],

  90000: [400, 'The request is not valid.', 'Correct the field that the message names.'],
  90001: [401, 'Authentication is missing or wrong.', 'Send a valid token in X-SBG-Auth-Token.'],
  90002: [403, 'This is not allowed.', 'Ask an administrator.'],
  90003: [404, 'Nothing is here.', 'Check the path.'],
  90004: [500, 'An unexpected error.', 'Give the request id to whoever runs the server.'],
  90005: [503, 'The service is not available.', 'Try again later.'],
  90006: [405, 'The method is not allowed here.', 'The header Allow lists those that are.'],
  90007: [409, 'The request is in conflict with the present state.', 'Read the object again.'],
  90008: [415, 'The media type is not supported.', 'Send application/json.'],
  90009: [400, 'The request body could not be decoded.', 'Send valid JSON.'],
  90010: [400, 'No such bulk operation.', 'COPY, MOVE and DELETE are offered.'],
} as const satisfies ErrorTable
