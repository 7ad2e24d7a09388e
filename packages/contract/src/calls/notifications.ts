import { call } from './call.ts'

export const notifications = {
  'notifications.feedback': call(
    'POST',
    '/action/notifications/feedback',
    200,
    'user',
    'none',
    'Send feedback to whoever runs the server',
  ),
}
