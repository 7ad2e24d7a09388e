import type { ContainerRequest } from './job/container.ts'
import type { JobPlan } from './job/plan.ts'
import type { Capacity } from './job/platform-hints.ts'
import type { KeyParts, Surroundings } from './reuse/parts.ts'
import type { Directory, File, Values } from './values.ts'

/**
 * What the engine needs from whoever runs it: the command line (`reprise run`) and the server each bring one. The engine
 * decides *what* runs and what its outputs are; the host decides where, when and how, and keeps what settled.
 */
export interface Host {
  /** tools that ask for a container get one; else those that require one are refused before anything runs */
  readonly containers?: boolean
  /** Outputs of a job that settled earlier in this same task, by path; undefined when it has to run. Throws JobFailure when it had failed. */
  recall(path: string): Values | undefined
  /** A job's view of paths, decided before it is planned (with isolation none they are real paths of this machine). */
  layout(path: string, container?: ContainerRequest): Promise<Layout>
  /**
   * Brings the job to its end: waits for cores and memory, runs it, then calls `collect` with what it left, gives the
   * files of the outputs a lasting `location`, records the job as settled, and returns those outputs with their labels.
   * Or it takes the result of another job with the same key for its own.
   * Rejects with JobFailure (the tool failed) or with the signal's reason (aborted).
   * @param running to be called when it has its cores and memory and starts
   */
  run(plan: JobPlan, work: JobWork, signal: AbortSignal, running: () => void): Promise<Values>
  /** Records the outputs of a job without a process (ExpressionTool), so that recovery need not evaluate it again. */
  keep(path: string, outputs: Values, inputs: Values): Promise<Values>
  files: FileAccess
  /** Cores, and memory in MiB, that there are for jobs: what hints ask for beyond it is cut down to it. */
  machine?: Capacity
  /** Progress, as it happens. */
  event?(event: EngineEvent): void
}

/** What the engine does for a job that it has planned. */
export interface JobWork {
  collect: Collect
  /** Outputs that have their lasting `location`, with the metadata that the tool gives them out of the present inputs. */
  label(outputs: Values): Promise<Values>
  /** What the job is: two with the same parts have the same result, as far as their tool is deterministic. */
  keyParts(around: Surroundings): KeyParts
}

export type Collect = (finished: FinishedJob) => Promise<Values>

/** Read access to what input objects point to. */
export interface FileAccess {
  /** Up to `limit` bytes from the start of a File. */
  read(location: string, limit: number): Promise<Uint8Array>
  /** The direct entries of a Directory, sorted by name, each with `location`, `basename` and, for a file, `size`. */
  list(location: string): Promise<(File | Directory)[]>
  /** The File or Directory called `basename` beside `file`, if there is one (secondary files). */
  sibling(file: File, basename: string): Promise<File | Directory | undefined>
  /** Size in bytes; rejects when there is no such file. */
  size(location: string): Promise<number>
}

/** Absolute paths as the job sees them. */
export interface Layout {
  /** identity of the image, when the job gets the container that its tool asks for */
  image?: string

  work: string
  inputs: string
  tmp: string
}

/** What a job left. `read` gives bytes of its work folder. */
export interface FinishedJob {
  /** exit code; 128 + n when signal n ended it */
  exitCode: number
  manifest: ManifestEntry[]
  read(path: string, limit: number): Promise<Uint8Array>
}

/** One entry below the job's work folder. */
export interface ManifestEntry {
  /** relative to the work folder, `/` between names, no `.` or `..` */
  path: string
  type: 'file' | 'directory' | 'link'
  /** bytes, of a file */
  size: number
  executable: boolean
  /** of a link: the path it leads to, as the job sees it, normalised and absolute */
  target?: string
  /** why it can't be an output, such as a name that is no text; the path is then one for messages */
  fault?: string
}

/**
 * What happens, as it happens. A job is known as soon as the flow hands it out (of a scatter that is all its elements at
 * once), queued when it is planned, running when its process starts, and ends done, skipped (by `when`) or failed.
 */
export type EngineEvent =
  /** so many more jobs are known, of so many more steps; a workflow that a step runs counts as steps of its own */
  | { type: 'known'; steps: number; jobs: number }
  /** what is not as it should be, and is taken all the same */
  | { type: 'warning'; path: string; message: string }
  | { type: 'queued' | 'running' | 'done' | 'skipped' | 'failed'; path: string }
