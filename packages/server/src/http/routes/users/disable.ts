import { disableUser as disable } from '../../../users/disable.ts'
import { route } from '../../route.ts'

/** DELETE /users/{username} */
export const disableUser = route({
  call: 'users.disable',
  handle: ({ context, caller, path }) => disable(context, caller, path.username),
})
