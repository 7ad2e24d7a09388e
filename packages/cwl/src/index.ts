export { BUDGETS, type Budgets } from './budget.ts'
export { type Fetcher, fileFetcher, noFetcher } from './document/fetch.ts'
export { parseTree } from './document/parse.ts'
export { type ExecuteOptions, execute } from './execute.ts'
export { createEvaluator, type Evaluator } from './expression/evaluator.ts'
export { isExpression } from './expression/scan.ts'
export { jsonText } from './expression/text.ts'
export { type Ending, failureMessage, typedCommand } from './failure.ts'
export {
  type Entry,
  entriesIn,
  isDirectory,
  isEntry,
  isFile,
  isRecord,
  mapEntries,
  nameOf,
  pathOfUri,
  splitName,
} from './files.ts'
export type { WaitingStep } from './flow/state.ts'
export { fractionsIn } from './fractions.ts'
export type * from './host.ts'
export { type ContainerRequest, containersOf } from './job/container.ts'
export type * from './job/plan.ts'
export type { Capacity } from './job/platform-hints.ts'
export { type ResourcesByStep, stepOf, stepPaths, toolAt } from './job/resource-overrides.ts'
export { parseJson } from './json.ts'
export { LeftOpen, ProcessLeftOpen } from './left-open.ts'
export { type Loaded, type LoadOptions, loadProcess, loadRequirements } from './load.ts'
export { checkValue } from './model/check.ts'
export type * from './model/process.ts'
export { pathTest } from './outputs/glob.ts'
export { pack } from './pack/pack.ts'
export * from './problem.ts'
export * from './reuse/index.ts'
export type * from './values.ts'
