import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Comparers, createComparers } from '../../../src/rerun/comparers/compare-bytes.ts'
import type { Side, Verdict } from '../../../src/rerun/comparers/verdict.ts'

export type Bytes = string | Buffer

/** Comparers, and a folder for what they compare. */
export class Pairs {
  readonly folder: string
  comparers: Comparers
  #count = 0

  private constructor(folder: string, comparers: Comparers) {
    this.folder = folder
    this.comparers = comparers
  }

  static async make(limits?: Parameters<typeof createComparers>[0]): Promise<Pairs> {
    return new Pairs(await mkdtemp(join(tmpdir(), 'reprise-comparers-')), createComparers(limits))
  }

  async side(bytes: Bytes, name = 'file'): Promise<Side> {
    const path = join(this.folder, String(++this.#count))
    await writeFile(path, bytes)
    return { path, size: Buffer.byteLength(bytes), name }
  }

  async compare(old: Bytes, now: Bytes, name?: string): Promise<Verdict> {
    return this.comparers.compare(await this.side(old, name), await this.side(now, name))
  }

  /** Both ways round: what is told of the second is the first's, with old and new exchanged. */
  async bothWays(old: Bytes, now: Bytes, name?: string): Promise<[Verdict, Verdict]> {
    const [a, b] = [await this.side(old, name), await this.side(now, name)]
    return [await this.comparers.compare(a, b), turned(await this.comparers.compare(b, a))]
  }

  async remove(): Promise<void> {
    await this.comparers.close()
    await rm(this.folder, { recursive: true })
  }
}

function turned(verdict: Verdict): Verdict {
  if (verdict.verdict === 'equivalent' || verdict.first === undefined) return verdict
  const { line, old, new: now } = verdict.first
  return {
    ...verdict,
    first: {
      ...(line !== undefined && { line }),
      ...(now !== undefined && { old: now }),
      ...(old !== undefined && { new: old }),
    },
  }
}
