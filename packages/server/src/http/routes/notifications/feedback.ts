import { absent } from '@reprise/contract'
import { takeFeedback } from '../../../notifications/feedback.ts'
import { WholeBody } from '../../answers.ts'
import { route } from '../../route.ts'

/** POST /action/notifications/feedback */
export const sendFeedback = route({
  call: 'notifications.feedback',
  body: absent.feedback,
  answer: absent.feedbackTaken,
  handle: async ({ context, caller, body }) => {
    await takeFeedback(context, caller, body)
    return new WholeBody({})
  },
})
