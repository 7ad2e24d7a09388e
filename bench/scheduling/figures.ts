/** How a case went, in a process of its own. */
export interface Figures {
  /** microseconds */
  enter: number
  leave: number
  withdraw: number
  /** MiB of heap with all waiting, and when all have left, over what it was before */
  waiting: number
  after: number
}
