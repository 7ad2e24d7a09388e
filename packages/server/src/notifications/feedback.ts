import type { absent } from '@reprise/contract'
import type { Caller, Context } from '../context.ts'
import { insertFeedback } from '../database/feedback.ts'
import { newUuid } from '../ids.ts'

/** Long rows of hex digits: what may be a token that got into the text. */
const SECRET = /[0-9a-f]{32,}/gi

/** Keeps what a user says for whoever runs the server. */
export async function takeFeedback({ database }: Context, caller: Caller, given: absent.Feedback): Promise<void> {
  const row = {
    id: newUuid(),
    username: caller.username,
    type: given.type ?? '',
    text: (given.text ?? '').replace(SECRET, '…'),
    referrer: (given.referrer ?? '').replace(SECRET, '…'),
    created: Date.now(),
  }
  await database.write(tx => insertFeedback(tx, row))
}
