import type { Process, Requirement, Step } from '../model/process.ts'
import { KNOWN_REQUIREMENTS, PLATFORM_HINTS } from '../model/read-requirements.ts'
import { UnsupportedError } from '../problem.ts'

type Level = Pick<Process, 'requirements' | 'hints'>

/**
 * The requirements that hold for a process: its own, its step's, and those of the workflows around it. The innermost of
 * a class counts, and requirements stand above hints. CWL v1.2 §5.2 (Requirements and hints)
 */
export class Requirements {
  readonly #levels: Level[]

  /** @param levels innermost first */
  constructor(levels: Level[] = []) {
    this.#levels = levels
  }

  within(level: Level): Requirements {
    return new Requirements([level, ...this.#levels])
  }

  /** Those around the innermost level. */
  outer(): Requirements {
    return new Requirements(this.#levels.slice(1))
  }

  get(name: string): Requirement | undefined {
    return this.required(name) ?? this.#find('hints', name)
  }

  required(name: string): Requirement | undefined {
    return this.#find('requirements', name)
  }

  /** Those of a class that may stand there several times: of the innermost level that has any. */
  all(name: string): Requirement[] {
    const lists = this.#levels.map(({ requirements, hints }) => [...requirements, ...hints])
    const own = lists.map(list => list.filter(requirement => requirement.class === name))
    return own.find(list => list.length > 0) ?? []
  }

  /** That of the outermost level which has it: so it goes with the machines that Seven Bridges' hints name. */
  outermost(name: string): Requirement | undefined {
    return new Requirements(this.#levels.toReversed()).get(name)
  }

  /** Libraries of JavaScript, or undefined when it is not to be used. */
  javascript(): string[] | undefined {
    const found = this.get('InlineJavascriptRequirement')
    return found && (Array.isArray(found.expressionLib) ? found.expressionLib.map(String) : [])
  }

  #find(kind: keyof Level, name: string): Requirement | undefined {
    for (const level of this.#levels) {
      const found = level[kind].findLast(requirement => requirement.class === name)
      if (found) return found
    }
    return undefined
  }
}

/**
 * Refuses, before anything runs, what this engine can't do.
 * @throws UnsupportedError
 */
export function assertSupported(process: Process): void {
  checkLevel(process, process.id)
  if (process.class === 'Operation') throw new UnsupportedError(`${process.id} is an Operation, which can't be run`)
  if (process.class !== 'Workflow') return
  for (const step of process.steps) {
    checkLevel(step, step.id)
    assertSupported(step.run)
  }
}

function checkLevel(level: Level | Step, id: string): void {
  for (const { class: name } of level.requirements) {
    if (!KNOWN_REQUIREMENTS.has(name) && !PLATFORM_HINTS.has(name))
      throw new UnsupportedError(`${id}: the requirement ${name} is not known`)
  }
}
