/**
 * Loaded before anything else, in each thread of a process: its clock jumps, at a moment, by so many milliseconds.
 * REPRISE_CLOCK_JUMP=<moment>/<milliseconds>. What measures how long something takes does not jump, nor do the times of files.
 */
const [moment = Number.POSITIVE_INFINITY, jump = 0] = (process.env.REPRISE_CLOCK_JUMP ?? '').split('/').map(Number)
const Real = Date
const now = () => {
  const real = Real.now()
  return real >= moment ? real + jump : real
}

globalThis.Date = new Proxy(Real, {
  construct: (_, words: []) => (words.length === 0 ? new Real(now()) : new Real(...words)),
  apply: () => new Real(now()).toString(),
  get: (_, name) => (name === 'now' ? now : Reflect.get(Real, name)),
})
