import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'
import type { ConformanceTest } from '../suite.ts'
import { type Ended, firstLines, type Way, type WayOptions } from '../way.ts'

const REPRISE = join(resolve(import.meta.dirname, '../..'), 'bin/reprise')
const LIMIT = 5 * 60 * 1000
const UNSUPPORTED = 33

/** `reprise run`, a process for each test. */
export async function byCommand({ isolation, lenient }: WayOptions): Promise<Way> {
  return {
    run: (test, folder) => run(test, folder, ['--isolation', isolation, ...(lenient ? [] : ['--strict'])]),
    close: async () => undefined,
  }
}

async function run(test: ConformanceTest, folder: string, options: string[]): Promise<Ended> {
  const words = ['run', `--outdir=${folder}`, '--quiet', ...options, test.tool]
  const { code, stdout, stderr } = await start([...words, ...(test.job ? [test.job] : [])])
  if (code === UNSUPPORTED) return { kind: 'unsupported', reason: firstLines(stderr) }
  if (code === 126 || code === 127) throw new Error(`the runner did not start: ${firstLines(stderr)}`)
  if (code !== 0) return { kind: 'failed', reason: `exit code ${code}: ${firstLines(stderr)}` }
  return { kind: 'done', outputs: JSON.parse(stdout) }
}

function start(words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const settings = { timeout: LIMIT, maxBuffer: 256 * 1024 * 1024 }
  return new Promise(done => {
    execFile(REPRISE, words, settings, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0
      done({ code, stdout, stderr })
    })
  })
}
