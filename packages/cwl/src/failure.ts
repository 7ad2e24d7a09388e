import { quote } from './job/binding.ts'
import type { JobPlan } from './job/plan.ts'
import { LIMITS } from './limits.ts'

/** How a job ended that failed, for what is said about it. A host knows some of it. */
export interface Ending {
  /** 128 + n when signal n ended it */
  exitCode: number
  timedOut?: boolean
  outOfMemory?: boolean
  /** the container engine could not start it */
  notStarted?: boolean
}

/** How a shell tells that the job was killed, and that the limit on the size of files ended it. */
const SIGKILL = 128 + 9
const SIGXFSZ = 128 + 25
/** How a shell tells that there is no such program, and that it is none. */
const [NOT_FOUND, NOT_EXECUTABLE] = [127, 126]

export interface Failed {
  plan: JobPlan
  ending: Ending
  /** what the engine says about it, such as an output that is missing */
  reason: string
  /** its command ended well, and what it left can't be taken */
  outputs?: boolean
  /** the last lines of standard error */
  stderr: string
}

/** A failed job as its user needs it: step, exit code, the limit that it hit and where to raise it, command, standard error. */
export function failureMessage({ plan, ending, reason, outputs, stderr }: Failed): string {
  const command = typedCommand(plan)
  return [
    outputs
      ? `Step ${plan.path}: its command ended well (exit code ${ending.exitCode}), but its outputs can't be taken.`
      : `Step ${plan.path} failed with exit code ${ending.exitCode}${causeOf(plan, ending) || shortage(plan, stderr)}.`,
    ...(reason && reason !== `${plan.path}: exit code ${ending.exitCode}` ? [reason] : []),
    `Command: ${command.length > LIMITS.commandShown ? `${command.slice(0, LIMITS.commandShown)}…` : command}`,
    ...(stderr ? ['End of standard error:', ownWords(stderr, ending)] : ['Standard error is empty.']),
  ].join('\n')
}

/** What starts a job says what it can't do in its own name, which its user knows nothing of. */
function ownWords(stderr: string, { exitCode }: Ending): string {
  const told = stderr.replaceAll(/^\S*\/(?:attached|spawner|command)\.sh: \d+: (?:(?:eval|exec|\.): )?/gm, '')
  if (exitCode !== NOT_FOUND && exitCode !== NOT_EXECUTABLE) return told
  return told.replaceAll(/^(?:setsid: failed to execute |env: )['‘]?(.+?)['’]?: (.+)$/gm, '$1: $2')
}

/** The command as one would type it, with its redirections. */
export function typedCommand({ argv, shell, stdin, stdout, stderr }: JobPlan): string {
  const words = shell ? argv : argv.map(word => quote(word))
  const streams = [['<', stdin] as const, ['>', stdout] as const, ['2>', stderr] as const]
  const written = streams.flatMap(([sign, name]) => (name === undefined ? [] : [`${sign} ${quote(name)}`]))
  return [...words, ...written].join(' ')
}

/** What programs say when they do not get the memory that they ask for. */
const NO_MEMORY = /out of ?memory|memory exhausted|cannot allocate memory|MemoryError|bad_alloc/i

function shortage({ memoryLimit }: JobPlan, stderr: string): string {
  if (memoryLimit === undefined || !NO_MEMORY.test(stderr)) return ''
  return `: it seems to need more than its ${memoryLimit} MiB of memory (ResourceRequirement: raise ramMin or ramMax)`
}

function causeOf({ timeLimit, memoryLimit }: JobPlan, ending: Ending): string {
  const { exitCode } = ending
  if (ending.timedOut) return `: it ran longer than its time limit of ${timeLimit} s (ToolTimeLimit: raise timelimit)`
  if (ending.outOfMemory) {
    return `: it ran out of its ${memoryLimit ?? 'whole'} MiB of memory (ResourceRequirement: raise ramMin or ramMax)`
  }
  if (ending.notStarted) return ': the container engine could not start it'
  if (exitCode === SIGKILL) {
    const had = memoryLimit === undefined ? '' : `it has ${memoryLimit} MiB, `
    return `: it was killed, perhaps because memory ran out (${had}raise ResourceRequirement.ramMin)`
  }
  if (exitCode === SIGXFSZ) return ': it wrote a file larger than all the room on the disk'
  return exitCode > 128 ? `: signal ${exitCode - 128} ended it` : ''
}
