import type { Write } from '../database/index.ts'
import { addWarnings, MOST_WARNINGS, type TaskWarning } from '../database/task-states.ts'

/**
 * What a run warns of: what a job asked for and does not get (`resources`), and what is taken although the standard refuses it
 * (`leniency`). The same of all elements of a scatter is one warning of the task.
 */
export class Warnings {
  readonly #task: string
  readonly #told = new Set<string>()
  #unwritten: TaskWarning[] = []

  constructor(task: string) {
    this.#task = task
  }

  /** @param path of a job; '' for the whole task */
  note(path: string, warning: string, kind: 'leniency' | 'resources'): void {
    const step = path.replace(/\[\d+\]/g, '')
    const message = step === '' ? `${warning}.` : `Step ${step}: ${warning}.`
    if (this.#told.has(message) || this.#told.size >= MOST_WARNINGS) return
    this.#told.add(message)
    this.#unwritten.push({ type: `warning/task_execution/${kind}`, message, input_id: '' })
  }

  /** Writes those that are new. */
  async write(tx: Write): Promise<void> {
    const warnings = this.#unwritten
    this.#unwritten = []
    if (warnings.length > 0) await addWarnings(tx, this.#task, warnings)
  }
}
