import type { Directory, File, Process, ResourcesByStep, Values } from '@reprise/cwl'

/**
 * The resolved record: everything that a task's run depends on, frozen in the transaction in which the task leaves DRAFT
 * and never changed. Planning, running, recovery and comparison read only this, never the moving world. Every File in
 * `inputs` has `location: content:<id>`, `basename`, `size`, `metadata`, and its secondary files; every Directory its
 * whole listing.
 */
export interface ResolvedRecord {
  /** the app with revision, for messages */
  app: string
  process: Process
  inputs: Values
  /** granted by project and operator; a tool must ask for it besides */
  network: boolean
  /** what its expressions draw from, and see as the date; records of before these were kept have neither */
  seed?: string
  /** milliseconds since the epoch */
  time?: number
  /** in place of what its tools state */
  resources?: ResourcesByStep
  /** results of other jobs are taken where they are the same (`use_memoization`) */
  memoization?: true
  /** cap on the task's jobs at one time, from `max_parallel_instances`; undefined is no cap */
  parallel?: number
  /** identity of each image that the process names, by the name; added while the task is CREATING */
  images?: { [name: string]: string }
  /** where outputs go that have no place of their own: the folder's id */
  folder: string
  /** where outputs go by `output_location`, tokens replaced: the folders below `folder`, by output id; '' is all others */
  places?: { [output: string]: string[] }
  /**
   * What lay beside a file whose port names its secondary files by an expression, which only the engine evaluates: the
   * entries whose names begin as the file's, by the file's location
   */
  beside?: { [location: string]: (File | Directory)[] }
  /** of a batch task: how its children are made; it runs nothing itself */
  batch?: { input: string; groups: BatchGroup[] }
}

/** One child of a batch task. */
export interface BatchGroup {
  /** as people read it */
  value: string
  /** criterion → value */
  fields: { [criterion: string]: string }
  /** indices into the value of the batch input */
  items: number[]
  /** the child gets a list, else the one item itself */
  list: boolean
}

/**
 * As it is stored: the process by the hash of its text, which all tasks of a revision share. Format 1 had it inside; 2 had no seed
 * and no time, which were the task's id and its start.
 */
export type StoredRecord = Omit<ResolvedRecord, 'process'> & { format: 1 | 2 | 3; model?: string; process?: Process }
