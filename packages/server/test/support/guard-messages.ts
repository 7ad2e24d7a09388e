export interface GuardOptions {
  /** the API's address with `/v2` */
  base: string
  /** of the second user */
  token: string
  /** of the second user: it is got, and its files and tasks are listed */
  project: string
  /** a small task of the second user: it is got, cloned, and the clone removed */
  task?: string
  /** the task is also rerun, one run after the other, each to its end; needs a worker */
  job?: boolean
  /** the process whose memory is looked at, when it is not this one */
  pid?: number
}

/** What the second user saw. */
export interface Guarded {
  rounds: number
  /**
   * of all small calls the one that took longest, without what it `waited` for a processor because the machine had other
   * things to do
   */
  slowest: { ms: number; waited: number; call: string }
  /** milliseconds of the run that took longest, 0 without `job` */
  slowestJob: number
  /** answers that were not as they should be */
  failures: string[]
}

export interface AsideCall {
  /** absolute */
  url: string
  method?: string
  /** a string is sent as it is, anything else as JSON */
  body?: unknown
  headers?: { [name: string]: string }
}

/** An answer: its size and how it begins; its end is not kept. */
export interface Aside {
  status: number
  bytes: number
  /** the first 100,000 characters */
  start: string
  ms: number
}
