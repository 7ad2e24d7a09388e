/** The user that jobs see themselves as, everywhere the same, and that owns nothing else on any machine. */
export const JOB_USER = 64737

/** The real user id of jobs when this process is root; undefined when they run as this process's own user. */
export function jobUser(): number | undefined {
  return process.getuid?.() === 0 ? JOB_USER : undefined
}
