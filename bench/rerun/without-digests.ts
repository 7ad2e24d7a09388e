/** Preloaded into a server, in each of its threads: jobs settle as if there were no digests. They are computed when they are asked for. */
import { DigestFiller } from '../../packages/server/src/digests/filler.ts'

DigestFiller.prototype.jobSettled = () => undefined
