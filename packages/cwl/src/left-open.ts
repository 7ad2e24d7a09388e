import type { WaitingStep } from './flow/state.ts'

/** Thrown by a host that does not run a job: the flow goes on as far as it can without it. */
export class LeftOpen extends Error {
  override name = 'LeftOpen'
}

/** Why a process has no outputs: jobs were left open. */
export class ProcessLeftOpen extends Error {
  override name = 'ProcessLeftOpen'
  /** what could not start without them */
  readonly waiting: WaitingStep[]

  constructor(waiting: WaitingStep[]) {
    super('jobs were left open')
    this.waiting = waiting
  }
}
