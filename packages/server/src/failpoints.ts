/**
 * Named points at which a test makes the process die as by `kill -9`: REPRISE_FAILPOINT=<name>, or `<name>:<n>` for the
 * n-th time. Where none is set a failpoint is one comparison.
 */
const [armed, count] = (process.env.REPRISE_FAILPOINT ?? '').split(':')
let left = Number(count ?? 1)

export type Failpoint =
  | 'before-start'
  | 'after-start'
  | 'after-exit'
  | 'after-take'
  | 'after-settle'
  | 'before-finish'
  | 'after-finish'
  | 'before-progress'
  | 'after-progress'
  | 'after-part'
  | 'after-chunk'

export function failpoint(name: Failpoint): void {
  if (name === armed && --left === 0) process.kill(process.pid, 'SIGKILL')
}
