import { Session, type SessionOptions } from '../../packages/cli/src/run/session.ts'
import { UnsupportedError } from '../../packages/cwl/src/index.ts'
import { type Ended, firstLines, type Way, type WayOptions } from '../way.ts'

/** This process, one after the other or several at a time, all in one work area: what one test leaves, the next would see. */
export async function byProcess({ isolation, lenient }: WayOptions): Promise<Way> {
  const session = await Session.open({
    isolation: isolation as SessionOptions['isolation'],
    network: false,
    strict: !lenient,
  })
  const { signal } = new AbortController()
  return {
    async run({ tool, job }, outdir): Promise<Ended> {
      try {
        return { kind: 'done', outputs: await session.run({ tool, job, outdir, signal }) }
      } catch (error) {
        const reason = firstLines(error instanceof Error ? error.message : String(error))
        return { kind: error instanceof UnsupportedError ? 'unsupported' : 'failed', reason }
      }
    },
    close: () => session.close(),
  }
}
