import { MOST_WARNINGS, type TaskWarning } from '../database/task-states.ts'

/**
 * What a run warns of: what a job asked for and does not get (`resources`), and what is taken although the standard refuses it
 * (`leniency`). The same of all elements of a scatter is one warning of the task. The journal writes them, with whatever it writes next.
 */
export class Warnings {
  readonly #told = new Set<string>()
  #unwritten: TaskWarning[] = []

  /** @param path of a job; '' for the whole task */
  note(path: string, warning: string, kind: 'leniency' | 'resources'): void {
    const step = path.replace(/\[\d+\]/g, '')
    const message = step === '' ? `${warning}.` : `Step ${step}: ${warning}.`
    if (this.#told.has(message) || this.#told.size >= MOST_WARNINGS) return
    this.#told.add(message)
    this.#unwritten.push({ type: `warning/task_execution/${kind}`, message, input_id: '' })
  }

  get areNew(): boolean {
    return this.#unwritten.length > 0
  }

  /** Those that nobody has taken yet, to be written. */
  drain(): TaskWarning[] {
    const warnings = this.#unwritten
    this.#unwritten = []
    return warnings
  }
}
