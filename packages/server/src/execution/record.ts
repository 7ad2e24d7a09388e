import type { Directory, File, Process, Values } from '@reprise/cwl'

/**
 * The resolved record: everything that a task's run depends on, frozen in the transaction in which the task leaves DRAFT
 * and never changed. Planning, running, recovery and comparison read only this, never the moving world. Every File in
 * `inputs` has `location: content:<id>`, `basename`, `size`, `metadata`, and its secondary files; every Directory its
 * whole listing.
 */
export interface ResolvedRecord {
  format: 1
  /** the app with revision, for messages */
  app: string
  process: Process
  inputs: Values
  /** granted by project and operator; a tool must ask for it besides */
  network: boolean
  /** cap on the task's jobs at one time, from `max_parallel_instances`; undefined is no cap */
  parallel?: number
  /** identity of each image that the process names, by the name; added while the task is CREATING */
  images?: { [name: string]: string }
  /** where outputs go: the folder's id */
  folder: string
  /**
   * What lay beside a file whose port names its secondary files by an expression, which only the engine evaluates: the
   * entries whose names begin as the file's, by the file's location
   */
  beside?: { [location: string]: (File | Directory)[] }
}
