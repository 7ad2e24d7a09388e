import { LIMITS } from './limits.ts'

/** Something wrong with a document or a value, located as well as it can be. Lines and columns start at 1. */
export interface Problem {
  message: string
  severity: 'error' | 'warning'
  /** name of the broken rule (rules.ts), where there is one */
  rule?: string
  file?: string
  line?: number
  column?: number
  /** the field or input that it is about */
  field?: string
}

const counts = new WeakMap<Problem[], { [severity in Problem['severity']]: number }>()

/** Adds to the problems of a document, as long as they are few enough for anybody to read; the last one says so. */
export function addProblem(problems: Problem[], problem: Problem): void {
  const count = counts.get(problems) ?? { error: 0, warning: 0 }
  counts.set(problems, count)
  const { severity } = problem
  if (++count[severity] < LIMITS.problems) problems.push(problem)
  else if (count[severity] === LIMITS.problems)
    problems.push({ message: `there are more ${severity}s than ${LIMITS.problems}`, severity })
}

/** True when nothing that is found is told any more: suggestions need not be looked for. */
export function isFull(problems: Problem[]): boolean {
  const { error, warning } = counts.get(problems) ?? { error: 0, warning: 0 }
  return error > LIMITS.problems || warning > LIMITS.problems
}

/** `file:line:column: message`, as editors read it. */
export function renderProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter(part => part !== undefined).join(':')
  return place ? `${place}: ${problem.message}` : problem.message
}

/** Each problem once, those of one file by their place in it; files in the order in which they first had one. */
export function sortedProblems(problems: Problem[]): Problem[] {
  const once = [...new Map(problems.map(problem => [JSON.stringify({ ...problem, field: '' }), problem])).values()]
  const files = [...new Set(once.map(problem => problem.file))]
  return once.toSorted(
    (a, b) =>
      files.indexOf(a.file) - files.indexOf(b.file) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0),
  )
}

/** A document that can't be used; carries every problem found, not just the first. */
export class DocumentError extends Error {
  readonly problems: Problem[]

  constructor(problems: Problem[]) {
    super(problems.map(renderProblem).join('\n'))
    this.name = 'DocumentError'
    this.problems = problems
  }
}

/** A feature that this engine does not offer here: exit code 33 of a cwl-runner. */
export class UnsupportedError extends Error {
  override name = 'UnsupportedError'
}

/** A job that failed by its own fault, or outputs that can't be collected. */
export class JobFailure extends Error {
  override name = 'JobFailure'
  readonly path: string
  readonly exitCode: number | undefined

  constructor(path: string, message: string, exitCode?: number) {
    super(message)
    this.path = path
    this.exitCode = exitCode
  }
}
