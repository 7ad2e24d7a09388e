import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { discard } from '@reprise/runner'

/** The temporary folder of one run: a folder for each job's attempt, and the literals that became files. */
export class WorkArea {
  readonly folder: string
  readonly #attempts: string[] = []
  #texts = 0

  constructor(folder: string) {
    this.folder = folder
  }

  static async make(): Promise<WorkArea> {
    return new WorkArea(await mkdtemp(join(tmpdir(), 'reprise-run-')))
  }

  /** A new folder name for a job. */
  attempt(): string {
    const path = join(this.folder, String(this.#attempts.length))
    this.#attempts.push(path)
    return path
  }

  async text(contents: string): Promise<string> {
    await mkdir(join(this.folder, 'texts'), { recursive: true })
    const path = join(this.folder, 'texts', String(this.#texts++))
    await writeFile(path, contents)
    return path
  }

  async remove(): Promise<void> {
    for (const attempt of this.#attempts) await discard(attempt)
    await rm(this.folder, { recursive: true, force: true })
  }
}
