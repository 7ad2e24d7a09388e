import { users } from '@reprise/contract'
import { userProfile } from '../../../users/profile.ts'
import { route } from '../../route.ts'

/** GET /user: the caller. */
export const getCaller = route({
  call: 'user.get',
  answer: users.user,
  handle: ({ context, caller, base }) => userProfile(context, caller, caller.username, base),
})

/** GET /users/{username}: only one's own. */
export const getUser = route({
  call: 'users.get',
  answer: users.user,
  handle: ({ context, caller, path, base }) => userProfile(context, caller, path.username, base),
})
