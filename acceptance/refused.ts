import { expect } from 'vitest'
import type { Answer } from './exchange.ts'

/** Expects an error of the API: its status, its code, a message that names what is wrong, and where to read about it. */
export async function refused(answer: Promise<Answer>, status: number, code: number, message = /./): Promise<void> {
  const { status: got, body, headers } = await answer
  const more_info = expect.stringMatching(new RegExp(`\\b${code}$`))
  expect([got, body]).toEqual([status, { status, code, message: expect.stringMatching(message), more_info }])
  expect(headers['content-type']).toMatch(/^application\/json/)
}
