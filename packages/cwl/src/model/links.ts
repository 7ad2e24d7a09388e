import { copyPositions, isMap, type TreeMap } from '../document/tree.ts'
import { isFull } from '../problem.ts'
import { RULES } from '../rules.ts'
import { checkStep, checkWorkflowOutput, type SourceType, sourceTypes } from './connect.ts'
import { nearest, shortName } from './names.ts'
import type { Sink, Step, Workflow } from './process.ts'
import { asList, reportProblem, type Scope } from './scope.ts'

/**
 * Checks that everything a workflow links to exists, that types can meet at both ends, that what a step needs is given, and
 * that steps don't wait for each other in a circle.
 */
export function checkLinks(scope: Scope, map: TreeMap, workflow: Workflow): void {
  const sources = sourceTypes(workflow)
  // a step that could not be read has outputs that nobody knows
  const unread = unreadSteps(map, workflow)
  const exist = (sink: Sink, field: string, node: TreeMap): boolean => {
    const missing = sink.source.filter(source => !sources.has(source))
    for (const source of missing) {
      if (!unread.has(source.split('/')[0]!)) {
        const near = isFull(scope.problems) ? undefined : nearest(source, sources.keys())
        reportProblem(scope, RULES.noSource(field, source, near), node, field)
      }
    }
    return missing.length === 0
  }
  const stepMaps = mapsById(map.steps)
  for (const step of workflow.steps) checkStepLinks(scope, step, stepMaps.get(step.id) ?? map, sources, exist)
  const outputMaps = mapsById(map.outputs)
  for (const output of workflow.outputs) {
    const node = outputMaps.get(output.id) ?? map
    if (output.outputSource && exist(output.outputSource, 'outputSource', node)) {
      checkWorkflowOutput(scope, output, output.outputSource, sources, node)
    }
  }
  const circle = findCircle(workflow)
  if (circle) reportProblem(scope, RULES.circle(circle.join(' → ')), map, 'steps')
}

function checkStepLinks(
  scope: Scope,
  step: Step,
  map: TreeMap,
  sources: Map<string, SourceType>,
  exist: (sink: Sink, field: string, node: TreeMap) => boolean,
): void {
  const inputMaps = mapsById(map.in)
  const nodeOf = (id: string) => inputMaps.get(id) ?? map
  const linked = new Set(step.in.filter(input => exist(input, 'source', nodeOf(input.id))).map(input => input.id))
  const ports = new Set(step.in.map(input => input.id))
  for (const port of step.scatter) {
    if (ports.has(port)) continue
    reportProblem(
      scope,
      RULES.noScatterInput(port, isFull(scope.problems) ? undefined : nearest(port, ports)),
      map,
      'scatter',
    )
  }
  const outputs = new Set(step.run.outputs.map(output => output.id))
  for (const out of step.out) {
    if (outputs.has(out)) continue
    reportProblem(scope, RULES.noOutput(out, isFull(scope.problems) ? undefined : nearest(out, outputs)), map, 'out')
  }
  checkStep(scope, step, map, { sources, linked, nodeOf })
}

function unreadSteps(map: TreeMap, workflow: Workflow): Set<string> {
  const read = new Set(workflow.steps.map(step => step.id))
  return new Set([...mapsById(map.steps).keys()].filter(id => !read.has(id)))
}

/** The written entries of a list or identifier map, by their short id, for positions. */
function mapsById(tree: TreeMap[string] | undefined): Map<string, TreeMap> {
  const found = new Map<string, TreeMap>()
  if (isMap(tree)) {
    for (const [id, item] of Object.entries(tree)) {
      found.set(shortName(id), isMap(item) ? item : copyPositions(tree, {}, id))
    }
  }
  for (const item of Array.isArray(tree) ? asList(tree) : []) {
    if (isMap(item) && typeof item.id === 'string') found.set(shortName(item.id), item)
  }
  return found
}

function findCircle(workflow: Workflow): string[] | undefined {
  const needs = new Map(
    workflow.steps.map(step => [
      step.id,
      step.in.flatMap(input =>
        input.source.filter(source => source.includes('/')).map(source => source.split('/')[0]!),
      ),
    ]),
  )
  const done = new Set<string>()
  for (const step of workflow.steps) {
    const circle = circleFrom(step.id, needs, done)
    if (circle) return circle
  }
  return undefined
}

/** Depth first, without recursion: steps in a row may be thousands. `done` are steps from which no circle can be reached. */
function circleFrom(start: string, needs: Map<string, string[]>, done: Set<string>): string[] | undefined {
  const way = [{ id: start, next: 0 }]
  const onWay = new Set([start])
  for (let last = way.at(-1); last; last = way.at(-1)) {
    const need = needs.get(last.id)?.[last.next++]
    if (need === undefined) {
      way.pop()
      onWay.delete(last.id)
      done.add(last.id)
    } else if (onWay.has(need)) {
      const ids = way.map(each => each.id)
      return [...ids.slice(ids.indexOf(need)), need]
    } else if (!done.has(need)) {
      way.push({ id: need, next: 0 })
      onWay.add(need)
    }
  }
  return undefined
}
