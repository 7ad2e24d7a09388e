/**
 * Named points at which a test makes the process die as by `kill -9`: REPRISE_FAILPOINT=<name>, or `<name>:<n>` for the
 * n-th time, `<name>@<of>` whenever it is about that. Where none is set a failpoint is one comparison.
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
  | 'before-fail'
  | 'before-progress'
  | 'after-progress'
  | 'after-part'
  | 'after-chunk'
  | 'after-rows'
  | 'after-load'

export function failpoint(name: Failpoint, of = ''): void {
  if (of !== '' && armed === `${name}@${of}`) process.kill(process.pid, 'SIGKILL')
  if (name === armed && --left === 0) process.kill(process.pid, 'SIGKILL')
}
