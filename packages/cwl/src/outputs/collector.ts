import type { Language } from '../expression/evaluate.ts'
import type { Context } from '../expression/reference.ts'
import type { FileAccess, FinishedJob } from '../host.ts'
import type { JobPlan } from '../job/plan.ts'
import type { CommandLineTool } from '../model/process.ts'
import type { WorkTree } from './tree.ts'

/** A job whose outputs are to be collected. */
export interface Collecting {
  tool: CommandLineTool
  plan: JobPlan
  language: Language
  files: FileAccess
}

/** What each step of collecting works with. */
export interface Collector extends Collecting {
  tree: WorkTree
  finished: FinishedJob
  context: Context
}
