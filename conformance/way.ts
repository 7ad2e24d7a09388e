import type { ConformanceTest } from './suite.ts'

/** What came of one test; outputs are an output object whose files lie on this machine. */
export type Ended =
  | { kind: 'done'; outputs: unknown }
  | { kind: 'failed'; reason: string }
  /** by a runner that says that it can't: exit code 33 */
  | { kind: 'unsupported'; reason: string }

/** A way to run a document: each is a real side of Reprise. */
export interface Way {
  /** @param folder an empty one for the outputs */
  run(test: ConformanceTest, folder: string): Promise<Ended>
  /** what to say at the end of all tests in one order */
  summary?(): string
  close(): Promise<void>
}

export interface WayOptions {
  isolation: string
  /** with the platform's leniencies; else as the standard says */
  lenient: boolean
  /** tasks take the results of jobs that ran in earlier tests: by a server only */
  memoize: boolean
}

export function firstLines(text: string): string {
  return text.trim().split('\n').slice(0, 3).join(' | ').slice(0, 300)
}
