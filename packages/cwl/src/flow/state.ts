import type { Size } from '../budget.ts'
import type { Value, Values } from '../values.ts'

/**
 * The state of a workflow that runs, as plain JSON. It holds what is still needed and nothing of what a workflow document
 * says: the document is given to every step of the flow beside it.
 */
export interface FlowState {
  /** workflows that run, by path: '' is the outermost, `outer[1]` one that a step runs */
  frames: { [path: string]: Frame }
  /** jobs handed out and not settled */
  open: number
  /** of these, workflows that steps run */
  nested: number
  /** steps whose jobs were left open, by their paths as `outer[*]/align[*]` */
  left: { [step: string]: true }
  /** steps that can't start, since jobs before them were left open */
  waiting: WaitingStep[]
  /** why the whole flow fails; from then on nothing new starts */
  failure?: string
  ended: boolean
  /** what all frames hold */
  held: Size
  /** a step with `when` may be asked before it is known what it is spread over */
  lenient: boolean
  /** what they may hold, and how many jobs one step may be spread over */
  most: Size & { jobs: number }
}

/** One workflow with its inputs. */
export interface Frame {
  /** ids of the steps on the way from the outermost workflow */
  chain: string[]
  /** the job of the outer frame that this one is */
  parent?: JobRef
  /** inputs by id, outputs of finished steps by `step/out` */
  values: Values
  steps: { [id: string]: StepState }
  /** steps not finished */
  waiting: number
  /** its jobs that are handed out and not settled */
  open: number
  /** one of its jobs was left open */
  isLeft: boolean
  /** in values, and in the inputs and results of steps under way */
  held: Size
}

export interface StepState {
  /** elements handed out */
  next: number
  /** elements settled */
  settled: number
  /** elements left open */
  left: number
  /** elements in all; 1 for a step without scatter */
  total: number
  /** lengths of what is scattered over, to give the results their shape; none without scatter */
  shape?: number[]
  /** outputs by id, one value for each element */
  results: { [out: string]: Value[] }
  /** before they are spread; like the results, given up when the step is finished */
  inputs: Values
}

/** What can't be known while jobs are open: a tool's step, or one that is spread over a list that is not known. */
export interface WaitingStep {
  /** its jobs, those of one scatter together: `report`, `outer[2]/align[*]` */
  path: string
  /** jobs, as far as can be known */
  count: number
  /** it need not run at all: its `when` is not evaluated, or how many jobs it has is not known */
  unsure: boolean
  /** steps whose jobs are open: `outer[*]/align[*]` */
  waitsFor: string[]
}

/** A job of the flow; `index` counts the elements of a scatter. */
export interface JobRef {
  frame: string
  step: string
  index?: number
}

export type FlowEvent =
  | { type: 'start'; inputs: Values }
  /** what the job runs is a workflow: its inputs are known, go on inside it */
  | { type: 'entered'; job: JobRef; inputs: Values }
  | { type: 'settled'; job: JobRef; outputs: Values }
  | { type: 'failed'; job: JobRef; message: string }
  /** who only plans does not run the job: it never settles, and gives its place in the window of its scatter */
  | { type: 'left'; job: JobRef }

export type FlowAction =
  /** for who looks on: steps that a frame brings, jobs that a step brings */
  | { type: 'known'; steps: number; jobs: number }
  /** evaluate the step's `valueFrom` and `when`, then run what the step runs; `inputs` are those before `valueFrom` */
  | { type: 'run'; job: JobRef; inputs: Values }
  | { type: 'succeed'; outputs: Values }
  | { type: 'fail'; message: string }
  /** jobs were left open, and nothing more can be handed out without them */
  | { type: 'stay'; waiting: WaitingStep[] }

/** The jobs of a step together: `outer[*]/align[*]` of `outer[2]/align[0]`. */
export function patternOf(path: string): string {
  return path.replace(/\[\d+\]/g, '[*]')
}

/** Identity of a job in its task. */
export function pathOf({ frame, step, index }: JobRef): string {
  const own = index === undefined ? step : `${step}[${index}]`
  return frame === '' ? own : `${frame}/${own}`
}
