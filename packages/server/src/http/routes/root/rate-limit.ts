import { root } from '@reprise/contract'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** GET /rate_limit: what is left; does not count itself. */
export const getRateLimit = route({
  call: 'rateLimit.get',
  answer: root.rateLimit,
  handle: ({ reply }) =>
    new WholeBody({
      rate: {
        limit: Number(reply.getHeader('X-RateLimit-Limit')),
        remaining: Number(reply.getHeader('X-RateLimit-Remaining')),
        reset: Number(reply.getHeader('X-RateLimit-Reset')),
      },
      instance_limit: { limit: -1, remaining: Number.MAX_SAFE_INTEGER },
    }),
})
