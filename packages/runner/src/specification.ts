/**
 * One job as a runner takes it: plain JSON, self-contained, every source an absolute path of this machine. It lies as
 * `job.json` in the attempt's folder.
 */
export interface JobSpecification {
  format: 1
  path: string
  argv: string[]
  /** `argv` is one line for `/bin/sh -c` */
  shell: boolean
  environment: { [name: string]: string }
  /** path as the job sees it */
  stdin?: string
  /** names relative to the work folder; without one the stream goes to a log in the attempt's folder */
  stdout?: string
  stderr?: string
  stage: SourceEntry[]
  /** folders as the job sees them; the real ones are `work`, `inputs` and `tmp` below the attempt's folder */
  view: { work: string; inputs: string; tmp: string }
  isolation: Isolation
  /** identity of the image, with an engine */
  image?: string
  network: boolean
  resources: { cores: number; ram: number }
  /** MiB; what the job may use at most, all of its processes together where that can be held */
  memoryLimit?: number
  /** processes and threads that the job's user may have when the sandbox's job starts another; unless given, by the machine */
  processLimit?: number
  /** seconds */
  timeLimit?: number
  /** bytes; a larger file, a log too, ends the job with signal 25 (SIGXFSZ) */
  fileLimit?: number
}

/** What runs containers. */
export type Engine = 'docker' | 'podman' | 'apptainer'
export const ENGINES: readonly Engine[] = ['docker', 'podman', 'apptainer']

/** What keeps a job from the machine. */
export type Isolation = 'sandbox' | 'none' | Engine

export function isEngine(isolation: string): isolation is Engine {
  return ENGINES.some(engine => engine === isolation)
}

/** `source` is a real path (no links in it). */
export type SourceEntry =
  | { type: 'file' | 'directory'; source: string; target: string; writable: boolean }
  | { type: 'text'; text: string; target: string; writable: boolean }
  | { type: 'folder'; target: string; writable: boolean }

/** A place of the sandbox or container that can't be had by a link. */
export interface Mount {
  source: string
  /** as the job sees it */
  target: string
  /** read-only unless so */
  writable?: boolean
}

/** What the wrapper writes when the command has ended; its presence is what makes an attempt finished. */
export interface ExitRecord {
  /** exit code; 128 + n when signal n ended it */
  exitCode: number
  timedOut: boolean
  /** milliseconds since the epoch */
  started: number
  ended: number
  /** CPU seconds of the job's whole process tree; not known of a container */
  cpu?: number
  /** bytes that all of its processes used at most at one time, where it had a control group */
  memory?: number
  /** it was killed because it used more memory than its limit */
  outOfMemory?: boolean
  /** the container engine could not run it, and said why on standard error */
  notStarted?: boolean
}

/** One entry below the work folder, without following links. */
export interface ManifestEntry {
  path: string
  type: 'file' | 'directory' | 'link'
  size: number
  executable: boolean
  target?: string
  /** why it can't be an output: its name, or that of what it leads to, is no text */
  fault?: string
}
