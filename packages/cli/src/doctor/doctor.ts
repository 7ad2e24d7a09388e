import { formatTable } from '../client/table.ts'
import type { Finding } from './finding.ts'
import { lookAtClock, lookAtDisk, lookAtPort } from './host.ts'
import { lookAtJobs } from './jobs.ts'

export interface Asked {
  data: string
  database?: string
  host: string
  port: number
  json?: boolean
}

/** Prints what of this machine fits. Exit code 1 when something does not at all. */
export async function doctor({ data, database, host, port, json = false }: Asked): Promise<void> {
  const [jobs, disk, free, clock, rows] = await Promise.all([
    lookAtJobs(),
    lookAtDisk(data, database === undefined),
    lookAtPort(host, port),
    lookAtClock(data),
    database === undefined ? [] : lookAtPostgres(database),
  ])
  const findings = [...jobs, disk, free, clock, ...rows]
  const isFit = findings.every(({ fits }) => fits !== 'no')
  if (json) console.log(JSON.stringify({ fits: isFit, findings }, null, 2))
  else {
    const cure = (finding: Finding) => finding.cure ?? ''
    console.log(
      formatTable<Finding>(
        [
          { title: 'What', of: ({ what }) => what },
          { title: 'Fits', of: ({ fits }) => fits },
          { title: 'Found', of: ({ found }) => found },
          { title: 'What to type', of: cure },
        ],
        findings,
      ),
    )
  }
  process.exitCode = isFit ? 0 : 1
}

async function lookAtPostgres(url: string): Promise<Finding[]> {
  return [await (await import('./postgres.ts')).lookAtPostgres(url)]
}
