import type { Values } from '../values.ts'

/**
 * All that running one job needs, decided by the engine and plain JSON: stored, shown, compared, and handed to a runner.
 * Paths are as the job sees them; where bytes come from is a `location` that only the host can resolve.
 */
export interface JobPlan {
  /** identity in the task: step names, with the scatter index in brackets, e.g. `call/align[3]` */
  path: string
  /** the command; with `shell` it is one line for `/bin/sh -c` */
  argv: string[]
  shell: boolean
  /** variables that the tool sets, beside the constants of the runner */
  environment: { [name: string]: string }
  /** path that standard input is read from, as the job sees it */
  stdin?: string
  /** names relative to the work folder */
  stdout?: string
  stderr?: string
  /** in this order: a later entry may lie in a folder made by an earlier one */
  stage: StageEntry[]
  work: string
  tmp: string
  /** cores, may be fractional; memory and disk in MiB */
  resources: { cores: number; ram: number; tmpdir: number; outdir: number }
  /** MiB that the tool states as the most, or the least, that it uses; undefined when it states none */
  memoryLimit?: number
  /** seconds; undefined is no limit */
  timeLimit?: number
  /** the tool asks for the network (whether it is granted is the host's decision) */
  network: boolean
  /** the container that it runs in: the image's name in the document, and what identifies it */
  container?: { image: string; id: string }
  /** what `WorkReuse` says of its result, where it is there */
  reuse?: boolean
  /** patterns of files in the work folder that are kept as logs beside the streams (`sbg:SaveLogs`) */
  saveLogs?: string[]
  /** what was asked for and is not given, for whoever runs it */
  warnings?: string[]
  /** the inputs as expressions see them, with paths */
  inputs: Values
}

/** An entry to be there before the command starts; `target` is an absolute path as the job sees it. */
export type StageEntry =
  | {
      type: 'file' | 'directory'
      location: string
      target: string
      writable: boolean
      /** what the job changes should be seen at `location` afterwards, where the host can do that (InplaceUpdateRequirement) */
      inplace?: boolean
    }
  | {
      type: 'text'
      text: string
      target: string
      writable: boolean
      /** made of the inputs and resources alone (`job.json` of draft-2) */
      ofInputs?: true
    }
  | { type: 'folder'; target: string; writable: boolean }
