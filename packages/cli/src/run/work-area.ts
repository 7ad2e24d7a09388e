import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { discard } from '@reprise/runner'

/** The temporary folder of one run: a folder for each job's attempt, and the literals that became files. */
export class WorkArea {
  readonly folder: string
  #attempts = 0
  #texts = 0

  constructor(folder: string) {
    this.folder = folder
  }

  static async make(): Promise<WorkArea> {
    return new WorkArea(await mkdtemp(join(tmpdir(), 'reprise-run-')))
  }

  /** A new folder name for a job. */
  attempt(): string {
    return join(this.folder, String(this.#attempts++))
  }

  async text(contents: string): Promise<string> {
    await mkdir(join(this.folder, 'texts'), { recursive: true })
    const path = join(this.folder, 'texts', String(this.#texts++))
    await writeFile(path, contents)
    return path
  }

  async remove(): Promise<void> {
    try {
      rmSync(this.folder, { recursive: true })
    } catch {
      await discard(this.folder)
    }
  }
}
