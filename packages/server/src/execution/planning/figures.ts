import type { Duration } from './earlier-jobs.ts'
import { type ExplainedJob, stepOfPlanned } from './rows.ts'

/** What a plan comes to, as it is shown. */
export interface Figures {
  /** results are reused at all */
  memoization: boolean
  counts: { reuse: number; run: number; unknown: number; skip: number; would_reuse?: number }
  saved?: { seconds: number; core_seconds: number; bytes: number }
  expected?: { seconds: number }
}

/** Counts, what reuse saves and how long the rest takes: by how long jobs of the same steps took, never by a guess. */
export function figuresOf(
  jobs: ExplainedJob[],
  { memoization, durations, cores }: { memoization: boolean; durations: Map<string, Duration>; cores: number },
): Figures {
  const counts = { reuse: 0, run: 0, unknown: 0, skip: 0 }
  for (const { decision, count = 1 } of jobs) counts[decision] += count
  const donors = jobs.flatMap(({ donor }) => donor ?? [])
  const expected = expectedSeconds(jobs, durations, cores)
  return {
    memoization,
    counts: memoization ? counts : { ...counts, would_reuse: donors.length },
    ...(memoization && donors.length > 0
      ? {
          saved: {
            seconds: rounded(sum(donors.map(({ seconds }) => seconds))),
            core_seconds: rounded(sum(donors.map(donor => donor.seconds * donor.cores))),
            bytes: sum(donors.map(({ bytes }) => bytes)),
          },
        }
      : {}),
    ...(expected === undefined ? {} : { expected: { seconds: rounded(expected) } }),
  }
}

/** As long as the machine needs for all of it, and no shorter than the longest job. Undefined where a step never ran. */
function expectedSeconds(jobs: ExplainedJob[], durations: Map<string, Duration>, cores: number): number | undefined {
  let [all, longest] = [0, 0]
  for (const { path, decision, donor, cores: asked, count = 1 } of jobs) {
    // an expression takes no time to speak of
    if (decision === 'reuse' || decision === 'skip' || asked === 0) continue
    const known = durations.get(stepOfPlanned(path))
    const seconds = donor?.seconds ?? known?.seconds
    if (seconds === undefined) return undefined
    all += seconds * Math.min(asked ?? known?.cores ?? 1, cores) * count
    longest = Math.max(longest, seconds)
  }
  return Math.max(all / cores, longest)
}

function sum(numbers: number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000
}
