import { BUDGETS, moreThan } from '../budget.ts'
import { shown } from '../expression/text.ts'
import { valueAt } from '../files.ts'
import type { Step } from '../model/process.ts'
import type { Value, Values } from '../values.ts'
import type { JobRef } from './state.ts'

/** How a step is spread: the lengths of its scattered inputs, and the number of jobs that follows from them. */
export interface Scattered {
  /** one length for a dot product, one for each input of a cross product */
  shape: number[]
  total: number
}

/**
 * CWL v1.2 Workflow §5.1.1 (Scatter/gather)
 * @param most jobs, and lists of results
 * @throws Error when a scattered value is no list, the lists of a dot product have different lengths, or there are too many
 */
export function scatter(step: Step, inputs: Values, most = BUDGETS.taskJobs): Scattered {
  const lengths = step.scatter.map(id => {
    const value = valueAt(inputs, id)
    if (!Array.isArray(value)) throw noList(id, value)
    return value.length
  })
  if (step.scatterMethod !== 'dotproduct') {
    let total = 1
    // also before a list that is empty: the nested results are as many lists
    for (const length of lengths) {
      total *= length
      assertFew(total, most)
    }
    return { shape: lengths, total }
  }
  const [length = 0] = lengths
  assertFew(length, most)
  if (lengths.some(other => other !== length)) {
    throw new Error(
      `the lists of a dotproduct must have one length: ${step.scatter.join(', ')} have ${lengths.join(', ')}`,
    )
  }
  return { shape: [length], total: length }
}

/** Why the step can't be spread: what it scatters over is null. Its `when` may be asked all the same. */
export function nothingToScatter(step: Step, inputs: Values): Error | undefined {
  const id = step.scatter.find(each => valueAt(inputs, each) === null)
  return id === undefined ? undefined : noList(id, null)
}

/** True for the one job of a step that could not be spread. */
export function isUnscattered(step: Step, { index }: JobRef): boolean {
  return step.scatter.length > 0 && index === undefined
}

function noList(id: string, value: Value): Error {
  return new Error(`scatter over ${id} needs a list, not ${shown(value)}`)
}

function assertFew(jobs: number, most: number): void {
  if (jobs > most) throw new Error(`the scatter makes ${moreThan('taskJobs', most)}`)
}

/** The inputs of one element; the last scattered input varies fastest. */
export function elementInputs(step: Step, inputs: Values, index: number): Values {
  const element: Values = { ...inputs }
  let rest = index
  for (const id of step.scatter.toReversed()) {
    const list = inputs[id] as Value[]
    const position = step.scatterMethod === 'dotproduct' ? index : rest % list.length
    element[id] = list[position] ?? null
    rest = Math.floor(rest / list.length)
  }
  return element
}

/** Results in the shape that the step's outputs have: nested lists for a nested cross product, else one list. */
export function shaped(step: Step, shape: number[], results: Value[]): Value {
  return step.scatterMethod === 'nested_crossproduct' ? nest(shape, results) : results
}

function nest(shape: number[], results: Value[]): Value[] {
  const [length = 0, ...inner] = shape
  if (inner.length === 0) return results
  const size = inner.reduce((a, b) => a * b, 1)
  return Array.from({ length }, (_, index) => nest(inner, results.slice(index * size, (index + 1) * size)))
}
