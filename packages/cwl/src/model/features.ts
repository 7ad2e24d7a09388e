import type { TreeMap } from '../document/tree.ts'
import { RULES } from '../rules.ts'
import type { Process, Step } from './process.ts'
import { reportProblem, type Scope } from './scope.ts'

/**
 * What a step uses that its workflow has to ask for. CWL says that it must; published workflows often don't, and nothing
 * here depends on it, so that it is a warning. CWL v1.2 Workflow §5.1 to §5.4
 */
export function checkFeatures(scope: Scope, map: TreeMap, step: Omit<Step, 'run'>, run: Process | undefined): void {
  const need = (what: string, requirement: string, key: string) => {
    if (!scope.features.has(requirement)) reportProblem(scope, RULES.needsFeature(what, requirement), map, key)
  }
  if (run?.class === 'Workflow') need('a Workflow in run', 'SubworkflowFeatureRequirement', 'run')
  if (step.scatter.length > 0) need('scatter', 'ScatterFeatureRequirement', 'scatter')
  if (step.scatter.length > 1 && map.scatterMethod === undefined)
    reportProblem(scope, RULES.manyScattered(), map, 'scatter')
  if (step.scatter.length === 0 && map.scatterMethod !== undefined) {
    reportProblem(scope, RULES.ignored('scatterMethod', 'without scatter'), map, 'scatterMethod')
  }
  if (step.in.some(input => input.source.length > 1)) {
    need('more than one source', 'MultipleInputFeatureRequirement', 'in')
  }
  if (step.in.some(input => input.valueFrom !== undefined)) {
    need('valueFrom of a step input', 'StepInputExpressionRequirement', 'in')
  }
}
