import type { Write } from './index.ts'
import type { FeedbackRow } from './schema.ts'

export async function insertFeedback(tx: Write, feedback: FeedbackRow): Promise<void> {
  await tx.insertInto('feedback').values(feedback).execute()
}
