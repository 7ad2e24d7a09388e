/**
 * A workflow as a pure step: `advance(root, state, event)` changes the state (which it owns) and gives the actions that
 * follow. The same events in the same order always give the same actions; no order of settlements changes the outputs.
 *
 *   start / entered  → a frame opens; its steps without sources are ready
 *   a step is ready  when all its sources have values: they are gathered (linkMerge, pickValue, default), spread over the
 *                    scatter, and handed out as `run`, at most WINDOW of one step at a time
 *   settled          → the element's outputs are kept; when it was the step's last, the step's outputs are known and other
 *                    steps may be ready; when that was the frame's last step, the frame's job settles in the outer frame,
 *                    or the flow succeeds
 *   failed           → nothing new is handed out; when the last open job has ended, the flow fails
 *   left             → the job never settles; a frame of which nothing else is under way is left too, and in the end the flow
 *
 * A frame is dropped when it ends, so that memory follows what runs and not what ran. What frames hold is counted: outputs as
 * they settle, lists before they are merged, jobs before they are handed out; more than the task may have is a failure.
 */
import { BUDGETS, type Budgets, moreThan, type Size, sizeOf } from '../budget.ts'
import { valueAt } from '../files.ts'
import type { Step, Workflow } from '../model/process.ts'
import type { Values } from '../values.ts'
import { gather, lengthOf } from './links.ts'
import { elementInputs, nothingToScatter, scatter, shaped } from './scatter.ts'
import {
  type FlowAction,
  type FlowEvent,
  type FlowState,
  type Frame,
  type JobRef,
  pathOf,
  patternOf,
  type StepState,
} from './state.ts'
import { stepIn, stepsAfter, workflowAt } from './steps.ts'
import { waitingSteps } from './waiting.ts'

/** Elements of one scatter that are handed out and not settled, at most. */
const WINDOW = 256

export function newFlow({ taskBytes, taskValues, taskJobs }: Budgets = BUDGETS, lenient = false): FlowState {
  const most = { bytes: taskBytes, values: taskValues, jobs: taskJobs }
  return {
    frames: {},
    open: 0,
    nested: 0,
    left: {},
    waiting: [],
    ended: false,
    held: { bytes: 0, values: 0 },
    most,
    lenient,
  }
}

export function advance(root: Workflow, state: FlowState, event: FlowEvent): FlowAction[] {
  if (state.ended) return []
  const flow = new Flow(root, state)
  flow.apply(event)
  return flow.actions
}

/** The step that a job belongs to. */
export function stepOf(root: Workflow, state: FlowState, job: JobRef): Step {
  const frame = state.frames[job.frame]
  const step = frame && stepIn(workflowAt(root, frame.chain), job.step)
  if (!step) throw new Error(`there is no step ${pathOf(job)}`)
  return step
}

class Flow {
  readonly actions: FlowAction[] = []
  readonly #root: Workflow
  readonly #state: FlowState

  constructor(root: Workflow, state: FlowState) {
    this.#root = root
    this.#state = state
  }

  apply(event: FlowEvent): void {
    switch (event.type) {
      case 'start':
        this.#open('', { chain: [], values: event.inputs })
        break
      case 'entered': {
        const { frame, step } = event.job
        const chain = [...(this.#state.frames[frame]?.chain ?? []), step]
        this.#open(pathOf(event.job), { chain, parent: event.job, values: event.inputs })
        break
      }
      case 'settled':
        this.#state.open--
        this.#settle(event.job, event.outputs)
        break
      case 'failed':
        this.#state.open--
        this.#fail(event.message)
        break
      case 'left':
        this.#state.open--
        this.#leave(event.job)
        break
    }
    this.#endIfFailed()
  }

  #open(path: string, from: Pick<Frame, 'chain' | 'parent' | 'values'>): void {
    const workflow = workflowAt(this.#root, from.chain)
    if (this.#state.failure !== undefined) {
      this.#state.open -= from.parent ? 1 : 0
      return
    }
    const frame: Frame = {
      ...from,
      steps: {},
      waiting: workflow.steps.length,
      open: 0,
      isLeft: false,
      held: { bytes: 0, values: 0 },
    }
    this.#state.frames[path] = frame
    if (from.parent) this.#state.nested++
    this.actions.push({ type: 'known', steps: workflow.steps.length, jobs: 0 })
    if (this.#hold(frame, sizeOf(from.values, this.#state.most))) this.#startReady(path, workflow.steps)
    this.#endFrameIfDone(path)
  }

  /** Starts those of the steps whose sources all have values. */
  #startReady(path: string, steps: Step[]): void {
    for (const step of steps) {
      const frame = this.#state.frames[path]
      if (!frame || this.#state.failure !== undefined) return
      if (frame.steps[step.id] || !isReady(step, frame)) continue
      try {
        this.#start(path, frame, step)
      } catch (error) {
        this.#fail(`step ${pathOf({ frame: path, step: step.id })}: ${error instanceof Error ? error.message : error}`)
      }
    }
  }

  #start(path: string, frame: Frame, step: Step): void {
    const merged = { bytes: 0, values: step.in.reduce((sum, input) => sum + lengthOf(input, frame.values), 0) }
    if (!this.#hold(frame, merged)) return
    const inputs = stepInputs(step, frame)
    const { most, lenient } = this.#state
    const isOne = step.scatter.length === 0 || (lenient && step.when !== undefined && nothingToScatter(step, inputs))
    const { shape, total } = isOne ? { shape: undefined, total: 1 } : scatter(step, inputs, most.jobs)
    const results = Object.fromEntries(step.out.map(out => [out, []]))
    const started: StepState = { next: 0, settled: 0, left: 0, total, shape, inputs, results }
    frame.steps[step.id] = started
    if (step.run.class !== 'Workflow') this.actions.push({ type: 'known', steps: 0, jobs: total })
    if (total === 0) this.#finishStep(path, step, started)
    else this.#handOut(path, step, started)
  }

  #handOut(path: string, step: Step, started: StepState): void {
    const { inputs } = started
    const frame = this.#state.frames[path]!
    while (started.next < started.total && started.next - started.settled - started.left < WINDOW) {
      const index = started.next++
      const job: JobRef = { frame: path, step: step.id, ...(started.shape ? { index } : {}) }
      this.#state.open++
      frame.open++
      this.actions.push({ type: 'run', job, inputs: started.shape ? elementInputs(step, inputs, index) : inputs })
    }
  }

  #settle(job: JobRef, outputs: Values): void {
    const frame = this.#state.frames[job.frame]
    const step = stepOf(this.#root, this.#state, job)
    const started = frame?.steps[job.step]
    if (!frame || !started) throw new Error(`${pathOf(job)} was never started`)
    for (const out of step.out) started.results[out]![job.index ?? 0] = valueAt(outputs, out)
    started.settled++
    frame.open--
    if (this.#state.failure !== undefined) return
    if (!this.#hold(frame, sizeOf(outputs, this.#state.most))) return
    if (started.settled === started.total) this.#finishStep(job.frame, step, started)
    else if (started.next < started.total) this.#handOut(job.frame, step, started)
    this.#stayIfLeft(job.frame)
  }

  #leave(job: JobRef): void {
    const frame = this.#state.frames[job.frame]
    const step = stepOf(this.#root, this.#state, job)
    const started = frame?.steps[job.step]
    if (!frame || !started) throw new Error(`${pathOf(job)} was never started`)
    started.left++
    if (step.run.class !== 'Workflow') this.#state.left[patternOf(pathOf(job))] = true
    frame.open--
    frame.isLeft = true
    if (this.#state.failure !== undefined) return
    this.#handOut(job.frame, step, started)
    this.#stayIfLeft(job.frame)
  }

  /** Nothing of a frame is under way any more: its job is left open too, or the flow stays as it is. */
  #stayIfLeft(path: string): void {
    const frame = this.#state.frames[path]
    if (!frame?.isLeft || frame.open > 0 || this.#state.failure !== undefined) return
    const waiting = waitingSteps(workflowAt(this.#root, frame.chain), frame, path, Object.keys(this.#state.left))
    this.#state.waiting.push(...waiting)
    this.#drop(path, frame)
    if (frame.parent) {
      this.#state.open--
      this.#leave(frame.parent)
    } else {
      this.#state.ended = true
      this.actions.push({ type: 'stay', waiting: this.#state.waiting })
    }
  }

  #finishStep(path: string, step: Step, started: StepState): void {
    const frame = this.#state.frames[path]!
    for (const out of step.out) {
      const results = started.results[out]!
      frame.values[`${step.id}/${out}`] = started.shape ? shaped(step, started.shape, results) : (results[0] ?? null)
    }
    frame.steps[step.id] = { ...started, inputs: {}, results: {} }
    frame.waiting--
    this.#startReady(path, stepsAfter(workflowAt(this.#root, frame.chain), step.id))
    this.#endFrameIfDone(path)
  }

  #endFrameIfDone(path: string): void {
    const frame = this.#state.frames[path]
    if (!frame || frame.waiting > 0 || this.#state.failure !== undefined) return
    let outputs: Values
    try {
      const workflow = workflowAt(this.#root, frame.chain)
      const merged = workflow.outputs.reduce((sum, { outputSource }) => sum + lengthOf(outputSource, frame.values), 0)
      if (!this.#hold(frame, { bytes: 0, values: merged })) return
      outputs = frameOutputs(workflow, frame)
    } catch (error) {
      this.#state.open -= frame.parent ? 1 : 0
      this.#drop(path, frame)
      this.#fail(`${path === '' ? '' : `${path}: `}${error instanceof Error ? error.message : error}`)
      return
    }
    this.#drop(path, frame)
    if (frame.parent) {
      this.#state.open--
      this.#settle(frame.parent, outputs)
    } else {
      this.#state.ended = true
      this.actions.push({ type: 'succeed', outputs })
    }
  }

  #drop(path: string, { held, parent }: Frame): void {
    delete this.#state.frames[path]
    if (parent) this.#state.nested--
    this.#state.held.bytes -= held.bytes
    this.#state.held.values -= held.values
  }

  /** False, and the flow fails, when it is more than the task may hold. */
  #hold(frame: Frame, { bytes, values }: Size): boolean {
    const { held, most } = this.#state
    for (const each of [held, frame.held]) {
      each.bytes += bytes
      each.values += values
    }
    if (held.bytes > most.bytes) this.#fail(`the task holds ${moreThan('taskBytes', most.bytes)}`)
    else if (held.values > most.values) this.#fail(`the task holds ${moreThan('taskValues', most.values)}`)
    return this.#state.failure === undefined
  }

  #fail(message: string): void {
    this.#state.failure ??= message
  }

  /** Frames are open jobs too: they wait for nothing but the jobs inside them, which alone count here. */
  #endIfFailed(): void {
    const { failure, open, nested } = this.#state
    if (failure === undefined || this.#state.ended) return
    // what was asked for in this same step has not begun
    const taken = this.actions.filter(action => action.type === 'run').length
    this.actions.splice(0, this.actions.length)
    this.#state.open = open - taken
    if (this.#state.open > nested) return
    this.#state.ended = true
    this.actions.push({ type: 'fail', message: failure })
  }
}

function isReady(step: Step, frame: Frame): boolean {
  return step.in.every(input => input.source.every(source => Object.hasOwn(frame.values, source)))
}

/** What a step gets before `valueFrom`: sources merged and picked, and the default where that gives null. */
function stepInputs(step: Step, frame: Frame): Values {
  return Object.fromEntries(
    step.in.map(input => {
      const value = input.source.length > 0 ? gather(input, frame.values) : null
      return [input.id, value === null && input.default !== undefined ? input.default : value]
    }),
  )
}

function frameOutputs(workflow: Workflow, frame: Frame): Values {
  return Object.fromEntries(
    workflow.outputs.map(output => {
      const sink = output.outputSource
      return [output.id, sink && sink.source.length > 0 ? gather(sink, frame.values) : null]
    }),
  )
}
