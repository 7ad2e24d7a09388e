import type { Step, Workflow } from '../model/process.ts'
import { scatter } from './scatter.ts'
import { type Frame, pathOf, patternOf, type WaitingStep } from './state.ts'
import { stepIn } from './steps.ts'

/**
 * The steps of a frame that could not start.
 * @param left steps whose jobs were left open, as patterns
 */
export function waitingSteps(workflow: Workflow, frame: Frame, path: string, left: string[]): WaitingStep[] {
  return workflow.steps
    .filter(step => !frame.steps[step.id])
    .flatMap(step => {
      const waitsFor = [...new Set(sourcesOf(step, frame).flatMap(id => openAt(workflow, path, id, left)))]
      const { count, unsure } = jobsOf(step, frame)
      return toolsOf(step, path, unsure).map(tool => ({ ...tool, count, waitsFor }))
    })
}

/** Steps of the same workflow that the step waits for. */
function sourcesOf(step: Step, frame: Frame): string[] {
  const sources = step.in.flatMap(input => input.source).filter(source => !Object.hasOwn(frame.values, source))
  return [...new Set(sources.map(source => source.slice(0, source.indexOf('/'))))].filter(id => id !== '')
}

/** What is open at a step: jobs of its own, or in the workflow that it runs; of one that waits itself what runs last in it. */
function openAt(workflow: Workflow, path: string, id: string, left: string[]): string[] {
  const step = stepIn(workflow, id)
  if (!step) return []
  const own = patternOf(pathOf({ frame: path, step: id })) + (step.scatter.length > 0 ? '[*]' : '')
  const open = left.filter(each => each === own || each.startsWith(`${own}/`))
  if (open.length > 0) return open
  const last = lastOf(step, own)
  return last.length > 0 ? last : [own]
}

function lastOf(step: Step, path: string): string[] {
  const { run } = step
  if (run.class !== 'Workflow') return [path]
  const ends = new Set(
    run.outputs.flatMap(output => output.outputSource?.source ?? []).map(source => source.split('/')[0]!),
  )
  return run.steps
    .filter(inner => ends.has(inner.id))
    .flatMap(inner => lastOf(inner, `${path}/${inner.id}${inner.scatter.length > 0 ? '[*]' : ''}`))
}

/** The tools that a step runs, those of a workflow in it too. */
function toolsOf(step: Step, frame: string, unsure: boolean): { path: string; unsure: boolean }[] {
  const path = pathOf({ frame, step: step.id }) + (step.scatter.length > 0 ? '[*]' : '')
  const isUnsure = unsure || step.when !== undefined
  const { run } = step
  if (run.class !== 'Workflow') return [{ path, unsure: isUnsure }]
  return run.steps.flatMap(inner => toolsOf(inner, path, isUnsure || inner.scatter.length > 0))
}

function jobsOf(step: Step, { values }: Frame): { count: number; unsure: boolean } {
  if (step.scatter.length === 0) return { count: 1, unsure: false }
  const lists = step.in.filter(input => step.scatter.includes(input.id))
  const isKnown = lists.every(({ source }) => source.length === 1 && Array.isArray(values[source[0]!]))
  if (!isKnown) return { count: 1, unsure: true }
  try {
    return {
      count: scatter(step, Object.fromEntries(lists.map(({ id, source }) => [id, values[source[0]!]!]))).total,
      unsure: false,
    }
  } catch {
    return { count: 1, unsure: true }
  }
}
