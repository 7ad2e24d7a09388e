/**
 * VCF. Lines of the header that only say when, by which program or by which command the file was made are set aside, wherever they
 * stand; every other line counts, in its order, and so does each record to the byte.
 */
import { BOUNDS } from '../../limits/table.ts'
import type { Cursor } from './bytes/cursor.ts'
import { SetAside, takeLine } from './bytes/header.ts'
import { firstOf, Lines } from './bytes/lines.ts'
import { isSame } from './bytes/same.ts'
import type { Comparer } from './comparer.ts'
import { onlyNewline, TRAILING } from './text.ts'

const START = Buffer.from('##fileformat=VCF')

/** Bytes of a line in which its key is looked for. */
const KEY = BOUNDS.vcfKey
/** `##bcftools_viewCommand`, `##GATKCommandLine.Mutect2`, `##SnpEffCmd`, `##cmdline`, … */
const COMMAND = /(command|command[-_]?line|cmd|cmd[-_]?line)(\.[\w-]+)?$/i
/** `##fileDate`, `##startTime`, … */
const DATE = /^((file|start|end|run|creation|process(ing)?)[-_]?)?(date|time)$/i
/** The program that made it: `##source`, `##source_20240101.1` of vcftools. */
const SOURCE = /^source(_\d[\d.]*|[-_]?version)?$/i
/** `##bcftools_callVersion`, `##DeepVariant_version`, `##SnpEffVersion`, … */
const VERSION = /version(\.[\w-]+)?$/i
/** What has versions too and is not a program: another one of these is other data. */
const DATA =
  /format|reference|assembly|genome|build|db|database|cache|annotation|transcript|gene|snp(?!eff|sift)|clinvar|cosmic|gnomad|ensembl|gencode|refseq|data|model|panel|file|resource/i

export const vcf: Comparer = {
  format: 'VCF',
  knows: ({ head }) => head.subarray(0, START.length).equals(START),
  async compare(old, now) {
    const [a, b] = [new Header(old.bytes), new Header(now.bytes)]
    for (;;) {
      const [one, other] = [await a.next(), await b.next()]
      if (one === undefined && other === undefined) break
      if (one === undefined || other === undefined || !one.equals(other)) {
        const line = Math.max(a.count, b.count)
        return { verdict: 'different', first: firstOf(line, one ?? (await a.after()), other ?? (await b.after())) }
      }
    }
    const lines = new Lines(a.count)
    const same = await isSame(old.bytes, now.bytes, bytes => lines.see(bytes))
    const trailing = same ? a.isEnded !== b.isEnded : await onlyNewline(lines, old.bytes, now.bytes)
    if (!same && !trailing) return { verdict: 'different', ...(await lines.first(old.bytes, now.bytes)) }
    const setAside = [...a.aside.differing(b.aside), ...(trailing ? [TRAILING] : [])]
    const isMoved = setAside.length === 0 && old.wrapping === undefined && now.wrapping === undefined
    return { same: true, setAside: isMoved ? a.aside.kinds() : setAside }
  },
}

/** The kind of a header line that is set aside; undefined of one that counts. */
export function asideOf(line: Buffer): string | undefined {
  const start = line.subarray(2, 2 + KEY)
  const end = start.indexOf('=')
  if (end === -1) return undefined
  const key = start.subarray(0, end).toString('utf8')
  const isVersion = VERSION.test(key) && !DATA.test(key)
  return isVersion || COMMAND.test(key) || DATE.test(key) || SOURCE.test(key) ? `##${key}` : undefined
}

class Header {
  readonly aside = new SetAside()
  /** lines that count */
  count = 0
  isEnded = true
  readonly #cursor: Cursor

  constructor(cursor: Cursor) {
    this.#cursor = cursor
  }

  /** The next line that counts; undefined where lines with `##` end. */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      const start = await this.#cursor.want(2)
      if (start[0] !== 35 || start[1] !== 35) return undefined
      const { line, isEnded } = await takeLine(this.#cursor)
      this.isEnded = isEnded
      const kind = asideOf(line)
      if (kind !== undefined) this.aside.note(kind, line, this.count)
      else {
        this.count++
        return line
      }
    }
  }

  /** The line that follows the header. */
  async after(): Promise<Buffer | undefined> {
    return (await this.#cursor.more()) ? (await takeLine(this.#cursor)).line : undefined
  }
}
