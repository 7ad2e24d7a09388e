/**
 * Lets the jobs of one task be planned a few at a time, and no more of them be under way than fit into the task's budget:
 * a scatter hands out hundreds at once, and each holds its inputs and its plan until it has settled. What a job will
 * need is not known before; the most that one of them needed so far is taken for it. One job alone may always go on.
 */

import { Budget, type Budgets, type Size } from './budget.ts'
import { LIMITS } from './limits.ts'

export interface Pass {
  budget: Budget
  /** the job needs no more until it has run: another may be planned */
  planned(): void
  /** it has settled, or failed */
  leave(): void
}

export class Gate {
  readonly #limits: Budgets
  readonly #inside = new Set<Budget>()
  readonly #planning = new Set<Budget>()
  readonly #waiting = new Set<(pass: Pass) => void>()
  /** that one job needed so far */
  #most: Size = { bytes: 0, values: 0 }

  constructor(limits: Budgets) {
    this.#limits = limits
  }

  async enter(): Promise<Pass> {
    return this.#isOpen() ? this.#pass() : await new Promise(resolve => this.#waiting.add(resolve))
  }

  #pass(): Pass {
    const budget = new Budget(this.#limits)
    this.#inside.add(budget)
    this.#planning.add(budget)
    const planned = () => {
      const { bytes, values } = this.#most
      this.#most = { bytes: Math.max(bytes, budget.bytes), values: Math.max(values, budget.values) }
      this.#planning.delete(budget)
      this.#admit()
    }
    const leave = () => {
      this.#inside.delete(budget)
      planned()
    }
    return { budget, planned, leave }
  }

  #admit(): void {
    for (const next of this.#waiting) {
      if (!this.#isOpen()) return
      this.#waiting.delete(next)
      next(this.#pass())
    }
  }

  #isOpen(): boolean {
    if (this.#inside.size === 0) return true
    if (this.#planning.size >= LIMITS.plannedJobs) return false
    const { taskBytes, taskValues } = this.#limits
    const more = this.#planning.size + 1
    let [bytes, values] = [more * this.#most.bytes, more * this.#most.values]
    for (const budget of this.#inside) {
      if (this.#planning.has(budget)) continue
      bytes += budget.bytes
      values += budget.values
    }
    return bytes <= taskBytes && values <= taskValues
  }
}
