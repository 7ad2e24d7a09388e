import { copyMarks, isMap, type TreeMap } from '../document/tree.ts'
import { acceptsNull } from './check.ts'
import { nearest, shortName } from './names.ts'
import type { Workflow } from './process.ts'
import { asList, report, type Scope, warn } from './scope.ts'

/** Checks that everything a workflow links to exists, and that its steps don't wait for each other in a circle. */
export function checkLinks(scope: Scope, map: TreeMap, workflow: Workflow): void {
  const sources = new Set(workflow.inputs.map(input => input.id))
  for (const step of workflow.steps) for (const out of step.out) sources.add(`${step.id}/${out}`)
  const check = (source: string, node: TreeMap | undefined, key: string) => {
    if (sources.has(source)) return
    const near = nearest(source, sources)
    report(
      scope,
      `${key}: there is no ${source} in this workflow${near ? `; is ${near} meant?` : ''}`,
      node ?? map,
      key,
    )
  }
  const stepMaps = mapsById(map.steps)
  for (const step of workflow.steps) {
    const stepMap = stepMaps.get(step.id) ?? map
    const inputMaps = mapsById(stepMap.in)
    for (const input of step.in)
      for (const source of input.source) check(source, inputMaps.get(input.id) ?? stepMap, 'source')
    const ports = new Set(step.in.map(input => input.id))
    for (const port of step.scatter) {
      if (!ports.has(port)) report(scope, `scatter: the step has no input ${port}`, stepMap, 'scatter')
    }
    const outputs = new Set(step.run.outputs.map(output => output.id))
    for (const out of step.out) {
      if (!outputs.has(out)) report(scope, `out: what the step runs has no output ${out}`, stepMap, 'out')
    }
    for (const input of step.run.inputs) {
      const optional = input.default !== undefined || acceptsNull(input.type)
      if (!optional && !ports.has(input.id)) {
        warn(scope, `the step gives no value to ${input.id}, which what it runs requires`, stepMap, 'in')
      }
    }
  }
  const outputMaps = mapsById(map.outputs)
  for (const output of workflow.outputs) {
    for (const source of output.outputSource?.source ?? []) check(source, outputMaps.get(output.id), 'outputSource')
  }
  const circle = findCircle(workflow)
  if (circle) report(scope, `these steps wait for each other: ${circle.join(' → ')}`, map, 'steps')
}

/** The written entries of a list or identifier map, by their short id, for positions. */
function mapsById(tree: TreeMap[string] | undefined): Map<string, TreeMap> {
  const found = new Map<string, TreeMap>()
  if (isMap(tree)) {
    for (const [id, item] of Object.entries(tree)) {
      found.set(shortName(id), isMap(item) ? item : copyMarks(tree, {}, id))
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
  const visit = (id: string, way: string[]): string[] | undefined => {
    if (way.includes(id)) return [...way.slice(way.indexOf(id)), id]
    if (done.has(id)) return undefined
    for (const need of needs.get(id) ?? []) {
      const circle = visit(need, [...way, id])
      if (circle) return circle
    }
    done.add(id)
    return undefined
  }
  for (const step of workflow.steps) {
    const circle = visit(step.id, [])
    if (circle) return circle
  }
  return undefined
}
