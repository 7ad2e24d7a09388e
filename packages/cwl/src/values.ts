/**
 * The values that flow between steps: what CWL v1.2 §2.2 (Data concepts) calls documents, always plain JSON. A bigint is a
 * whole number that a JavaScript number does not hold exactly (json.ts).
 */
export type Value = null | boolean | number | bigint | string | Value[] | File | Directory | { [key: string]: Value }

/**
 * A CWL File. `location` is a URI and identifies the bytes: `file:///…` on the command line, `content:<id>` on a
 * server; a literal has `contents` and no `location`. `path` is set only while a job is planned or collected and is the
 * path as the job sees it.
 */
export interface File {
  class: 'File'
  location?: string
  path?: string
  basename?: string
  dirname?: string
  nameroot?: string
  nameext?: string
  /** bytes */
  size?: number
  /** `sha1$` and 40 hex characters */
  checksum?: string
  contents?: string
  format?: string
  secondaryFiles?: (File | Directory)[]
  /** the platform's metadata of the file; not CWL's own, but tools read and set it (`self[i].metadata`) */
  metadata?: { [key: string]: Value }
}

/** A CWL Directory. Without `location` it is a literal made of its `listing`. */
export interface Directory {
  class: 'Directory'
  location?: string
  path?: string
  basename?: string
  listing?: (File | Directory)[]
  metadata?: { [key: string]: Value }
}

/** Input or output object of a process: id → value. */
export type Values = { [id: string]: Value }
