import type { Isolation } from '@reprise/runner'

/** The options of `reprise run`, as they are typed. */
export interface RunFlags {
  outdir: string
  quiet?: boolean
  isolation: 'auto' | Isolation
  allowNetwork?: boolean
  strict?: boolean
  imageMap?: { [from: string]: string }
  registryAuth?: string
}
